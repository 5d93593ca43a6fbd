package io.vagus.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.ingest.IngestFixture.Options;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.kit.WallClock;
import io.vagus.model.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
  @TempDir Path data;

  @Test
  void servesTls12And13WithTheCertificateItMade() throws Exception {
    try (IngestFixture fixture = new IngestFixture(Options.DEFAULTS.withTls(data))) {
      Path certificate = data.resolve("tls/server.crt");
      for (String version : new String[] {"TLSv1.2", "TLSv1.3"}) {
        try (SSLSocket socket = connect(fixture, certificate, version)) {
          assertThat(socket.getSession().getProtocol()).isEqualTo(version);
          assertThat(post(socket)).startsWith("HTTP/1.1 200 ");
        }
      }
      assertThat(fixture.ingest.arrivals().durable(Transport.HTTPS)).isEqualTo(2);
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(data.resolve("tls/server.key"))))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void refusesOldTls() throws Exception {
    try (IngestFixture fixture = new IngestFixture(Options.DEFAULTS.withTls(data))) {
      assertThatThrownBy(() -> connect(fixture, data.resolve("tls/server.crt"), "TLSv1.1").close())
          .isInstanceOf(SSLException.class);
    }
  }

  @Test
  void keepsItsCertificateOverARestart() throws Exception {
    try (IngestFixture first = new IngestFixture(Options.DEFAULTS.withTls(data))) {
      assertThat(first.https()).isNotNull();
    }
    byte[] made = Files.readAllBytes(data.resolve("tls/server.crt"));
    try (IngestFixture second = new IngestFixture(Options.DEFAULTS.withTls(data))) {
      assertThat(second.https()).isNotNull();
    }
    assertThat(Files.readAllBytes(data.resolve("tls/server.crt"))).isEqualTo(made);
  }

  @Test
  void saysWhichFilesCannotBeRead() throws Exception {
    Path junk = Files.writeString(data.resolve("junk.pem"), "no certificate");
    assertThatThrownBy(() ->
            TlsContexts.server(
                TlsConfig.of(junk, junk, ClientAuth.OFF),
                Transport.MQTTS,
                data,
                WallClock.system(),
                Optional.empty()))
        .isInstanceOf(VagusException.class)
        .hasMessageContaining("junk.pem")
        .extracting(e -> ((VagusException) e).code())
        .isEqualTo(ErrorCode.INVALID_SETTING);
  }

  @Test
  void requiresClientCertificatesOnlyWithAnAuthority() {
    TlsConfig required = TlsConfig.of(Path.of(""), Path.of(""), ClientAuth.REQUIRED);
    assertThatThrownBy(() ->
            TlsContexts.server(
                required, Transport.MQTTS, data, WallClock.system(), Optional.empty()))
        .hasMessageStartingWith("tls.client-auth: required (expected: off or optional");
  }

  @Test
  void namesASuiteOrGroupThatThereIsNot() {
    TlsConfig wrong =
        new TlsConfig(
            Path.of(""),
            Path.of(""),
            ClientAuth.OFF,
            TlsConfig.ListenerAuth.SAME,
            TlsConfig.ListenerAuth.SAME,
            TlsConfig.ListenerAuth.SAME,
            "1.3",
            "TLS_AES_128_GCM_SHA256",
            "x25519,curve9",
            Duration.ofSeconds(5));
    assertThatThrownBy(() ->
            TlsContexts.server(wrong, Transport.MQTTS, data, WallClock.system(), Optional.empty()))
        .hasMessageStartingWith("tls.groups: \"curve9\" (expected: of [");
  }

  @Test
  void takesACertificateOnlyWithItsKey() {
    assertThatThrownBy(() -> TlsConfig.of(Path.of("a.pem"), Path.of(""), ClientAuth.OFF))
        .hasMessageStartingWith("certificate: ");
  }

  private static SSLSocket connect(IngestFixture fixture, Path certificate, String version)
      throws IOException, GeneralSecurityException {
    SSLSocket socket =
        (SSLSocket)
            trusting(certificate)
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), fixture.https().getPort());
    socket.setSoTimeout(10_000);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setProtocols(new String[] {version});
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    try {
      socket.startHandshake();
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    return socket;
  }

  static SSLContext trusting(Path certificate) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = Files.newInputStream(certificate)) {
      store.setCertificateEntry(
          "server", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private static String post(SSLSocket socket) throws IOException {
    String credentials =
        Base64.getEncoder()
            .encodeToString(("t-1:" + IngestFixture.SECRET).getBytes(StandardCharsets.UTF_8));
    String request =
        "POST /v1/t-1/telemetry HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            + "Authorization: Basic "
            + credentials
            + "\r\nContent-Length: 18\r\n\r\n{\"temperature\": 1}";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
  }
}
