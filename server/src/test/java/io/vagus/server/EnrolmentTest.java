package io.vagus.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.registry.RevocationReason;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.X509TrustManager;
import org.assertj.core.api.Assertions;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.est.ESTException;
import org.bouncycastle.est.ESTService;
import org.bouncycastle.est.HttpAuth;
import org.bouncycastle.est.jcajce.JsseESTServiceBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices enrol by themselves: with Bouncy Castle's EST client, and with curl and openssl. */
class EnrolmentTest {
  private static final String EST = "https://localhost:%d/.well-known/est/";

  @TempDir Path folder;
  private TestAuthority ca;
  private RunningServer server;

  @BeforeEach
  void start() throws Exception {
    ca = TestAuthority.make(folder);
    ca.device("pump-7");
    server = ca.serve();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private JsseESTServiceBuilder est() throws Exception {
    return new JsseESTServiceBuilder(
        "localhost:" + server.port("https"), (X509TrustManager) ca.server().getTrustManagers()[0]);
  }

  private PKCS10CertificationRequest request(String name) throws Exception {
    try (PEMParser parser = new PEMParser(Files.newBufferedReader(folder.resolve(name + ".csr")))) {
      return (PKCS10CertificationRequest) parser.readObject();
    }
  }

  private void keep(String name, X509CertificateHolder certificate) throws Exception {
    byte[] der = new JcaX509CertificateConverter().getCertificate(certificate).getEncoded();
    Files.write(folder.resolve(name + ".der"), der);
    run("openssl x509 -inform DER -in %s.der -out %s.crt".formatted(name, name)).succeeded();
  }

  private Command run(String command) throws Exception {
    return Command.run(folder, Map.of(), "bash", "-c", command);
  }

  private Command curl(String path, String more) throws Exception {
    return run(
        "curl -s -w ' %%{http_code}' --cacert data/tls/server.crt %s %s%s"
            .formatted(more, EST.formatted(server.port("https")), path));
  }

  private Command enrol(String path, String who, String request) throws Exception {
    return curl(path, who + " -H 'Content-Type: application/pkcs10' --data-binary @" + request);
  }

  private double metric(String name) {
    return server
        .text("/metrics")
        .lines()
        .filter(l -> l.startsWith(name))
        .mapToDouble(l -> Double.parseDouble(l.substring(l.lastIndexOf(' '))))
        .sum();
  }

  @Test
  void aClientNotWrittenHereEnrolsRenewsAndConnects() throws Exception {
    ESTService byPassword = est().build();
    assertThat(byPassword.getCSRAttributes().hasAttributesResponse()).isTrue();
    X509CertificateHolder[] authorities =
        ESTService.storeToArray(byPassword.getCACerts().getCertificateStore());
    assertThat(authorities).hasSize(2);

    HttpAuth secret = new HttpAuth("vagus", "pump-7", "correct horse".toCharArray());
    X509CertificateHolder[] first =
        ESTService.storeToArray(
            byPassword.simpleEnroll(false, request("pump-7"), secret).getStore());
    assertThat(first).hasSize(1);
    keep("pump-7", first[0]);

    ESTService byCertificate = est().withKeyManagers(ca.keys("pump-7").getKeyManagers()).build();
    X509CertificateHolder[] second =
        ESTService.storeToArray(
            byCertificate.simpleEnroll(true, request("pump-7"), null).getStore());
    assertThat(second[0].getSerialNumber()).isNotEqualTo(first[0].getSerialNumber());
    keep("pump-7", second[0]);

    run(("curl -sf --cacert data/tls/server.crt --cert pump-7.crt --key pump-7.key"
                + " -d '{\"temperature\": 21.5}' https://localhost:%d/v1/pump-7/telemetry")
            .formatted(server.port("https")))
        .succeeded();
    server.requireAccepted(1);
  }

  @Test
  void enrolsWithCurlAndOpenssl() throws Exception {
    run("openssl req -in pump-7.csr -outform DER | base64 > pump-7.b64").succeeded();
    assertThat(
            enrol("simpleenroll", "-u 'pump-7:correct horse' -o enrolled.b64", "pump-7.b64")
                .succeeded())
        .endsWith(" 200");
    curl("cacerts", "-o cacerts.b64").succeeded();

    run("base64 -d enrolled.b64 | openssl pkcs7 -inform DER -print_certs -out pump-7.crt; "
            + "base64 -d cacerts.b64 | openssl pkcs7 -inform DER -print_certs -out ca.crt")
        .succeeded();
    assertThat(run("openssl verify -purpose sslclient -CAfile ca.crt pump-7.crt").succeeded())
        .contains("OK");
  }

  @Test
  void refusesWhoIsNotProvedAndWhoIsProvedByNothingButAGuess() throws Exception {
    assertThat(enrol("simpleenroll", "-i", "pump-7.csr").output())
        .contains("www-authenticate: Basic")
        .endsWith(" 401");
    assertThat(enrol("simpleenroll", "-u pump-7:wrong-guess", "pump-7.csr").output())
        .endsWith(" 401");
    assertThat(
            enrol("simpleenroll", "-H 'Vagus-Enrollee: pump-7,,false,00'", "pump-7.csr").output())
        .endsWith(" 401");
    String plain =
        "curl -s -w ' %%{http_code}' -u 'pump-7:correct horse' -H 'Content-Type: application/pkcs10' --data-binary @pump-7.csr %s/.well-known/est/simpleenroll"
            .formatted(server.httpUrl());
    assertThat(run(plain).output()).contains("expected: https").endsWith(" 403");
    List<String> answers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      answers.add(enrol("simpleenroll", "-u pump-7:wrong-guess-" + i, "pump-7.csr").succeeded());
    }
    assertThat(answers)
        .as("guesses wait")
        .anyMatch(a -> a.contains("connection-rate-exceeded") && a.endsWith(" 429"));
  }

  @Test
  void refusesARequestThatIsAnothersOrHugeOrNone() throws Exception {
    ca.request("fan-1");
    String who = "-u 'pump-7:correct horse'";
    assertThat(enrol("simpleenroll", who, "fan-1.csr").output())
        .contains("expected: CN=pump-7")
        .endsWith(" 400");
    run("head -c 20000 /dev/zero | base64 > big.b64; head -c 2000000 /dev/zero > huge").succeeded();
    assertThat(enrol("simpleenroll", who, "big.b64").output())
        .contains("expected: <= 16384")
        .endsWith(" 400");
    assertThat(enrol("simpleenroll", who, "huge").output()).endsWith(" 413");
    assertThat(curl("simpleenroll", who + " -d junk").output()).endsWith(" 415");
    assertThat(curl("serverkeygen", who + " -d junk").output()).endsWith(" 404");
    assertThat(metric("vagus_trust_certificates_issued_total")).isZero();
  }

  @Test
  void oneThatEndedLatelyRenewsAndOneThatEndedLongAgoDoesNot() throws Exception {
    server.close();
    ca.issue("pump-7", Duration.ofDays(40));
    ca.device("old-1");
    ca.issue("old-1", Duration.ofDays(60));
    server = ca.serve();

    assertThat(enrol("simpleenroll", shows("pump-7"), "pump-7.csr").output())
        .contains("certificate-expired", "simplereenroll")
        .endsWith(" 403");
    assertThat(enrol("simplereenroll", shows("pump-7"), "pump-7.csr").output()).endsWith(" 200");
    assertThat(metric("vagus_trust_certificates_renewed_late_total")).isEqualTo(1);
    assertThat(enrol("simplereenroll", shows("old-1"), "old-1.csr").output())
        .contains("certificate-expired")
        .endsWith(" 403");
  }

  @Test
  void aRevokedOneCannotRenew() throws Exception {
    server.close();
    ca.issue("pump-7", Duration.ZERO);
    ca.revoke("pump-7", RevocationReason.KEY_COMPROMISE);
    server = ca.serve();

    assertThat(enrol("simplereenroll", shows("pump-7"), "pump-7.csr").output())
        .contains("certificate-revoked")
        .endsWith(" 403");
  }

  private static String shows(String name) {
    return "--cert %s.crt --key %s.key".formatted(name, name);
  }

  @Test
  void opensslReadsTheListOfRevokedOnesAndAsksForStates() throws Exception {
    server.close();
    ca.issue("pump-7", Duration.ZERO);
    ca.device("fan-1");
    ca.issue("fan-1", Duration.ZERO);
    ca.revoke("pump-7", RevocationReason.KEY_COMPROMISE);
    server = ca.serve();

    HttpResponse<byte[]> list =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(server.httpUrl() + "/trust/crl")).build(),
                HttpResponse.BodyHandlers.ofByteArray());
    Files.write(folder.resolve("list.der"), list.body());
    run("openssl crl -inform DER -in list.der -out list.pem; "
            + "cat data/trust/root.crt data/trust/issuer.crt > chain.crt")
        .succeeded();
    String verify = "openssl verify -crl_check -CAfile chain.crt -CRLfile list.pem ";
    assertThat(run(verify + "fan-1.crt").succeeded()).contains("OK");
    assertThat(run(verify + "pump-7.crt").output()).contains("certificate revoked");

    String ask =
        "openssl ocsp -issuer data/trust/issuer.crt -cert %s.crt -url %s/trust/ocsp -CAfile"
            + " chain.crt 2>&1";
    assertThat(run(ask.formatted("fan-1", server.httpUrl())).succeeded())
        .contains("Response verify OK", "fan-1.crt: good");
    assertThat(run(ask.formatted("pump-7", server.httpUrl())).succeeded())
        .contains("Response verify OK", "pump-7.crt: revoked", "keyCompromise");
    run("head -c 500 /dev/urandom > junk").succeeded();
    String junk =
        "curl -s -H 'Content-Type: application/ocsp-request' --data-binary @junk %s/trust/ocsp | openssl ocsp -respin /dev/stdin 2>&1"
            .formatted(server.httpUrl());
    assertThat(run(junk).output()).contains("malformedrequest");
  }

  @Test
  void theClientNotWrittenHereHearsARefusal() throws Exception {
    HttpAuth wrong = new HttpAuth("vagus", "pump-7", "a wrong guess".toCharArray());
    Assertions.assertThatThrownBy(() -> est().build().simpleEnroll(false, request("pump-7"), wrong))
        .isInstanceOf(ESTException.class);
  }
}
