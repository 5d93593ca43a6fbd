package io.vagus.server;

import static io.vagus.server.RunningServer.expect;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A device enrols by its TPM's endorsement key: swtpm, driven by tpm2-tools, openssl and curl as
 * docs/how-to.md says, and its key never leaves it.
 */
@Timeout(120)
class TpmEnrolmentTest {
  private static final String MAKE_TPM =
      """
      mkdir -p tpm ca
      printf 'statedir = %s/ca\\nsigningkey = %s/ca/signkey.pem\\nissuercert = %s/ca/issuercert.pem\\ncertserial = %s/ca/certserial\\n' "$PWD" "$PWD" "$PWD" "$PWD" > localca.conf
      printf 'create_certs_tool = /usr/bin/swtpm_localca\\ncreate_certs_tool_config = %s/localca.conf\\ncreate_certs_tool_options = /etc/swtpm-localca.options\\n' "$PWD" > setup.conf
      swtpm_setup --tpm2 --tpmstate tpm --create-ek-cert --config setup.conf --overwrite
      """;

  private static final String MAKE_KEYS =
      """
      tpm2_createek -Q -c ek.ctx -G rsa -u ek.pub
      tpm2_nvread -Q 0x01c00002 -C o -o ek.der
      openssl x509 -inform der -in ek.der > ek.pem
      cat ca/issuercert.pem >> ek.pem
      tpm2_flushcontext -t
      tpm2_createprimary -Q -C o -c primary.ctx
      tpm2_flushcontext -t
      tpm2_create -Q -C primary.ctx -G ecc256 -u key.pub -r key.priv -a 'fixedtpm|fixedparent|sensitivedataorigin|userwithauth|sign'
      tpm2_flushcontext -t
      tpm2_load -Q -C primary.ctx -u key.pub -r key.priv -c key.ctx
      tpm2_evictcontrol -Q -C o -c key.ctx 0x81010002
      tpm2_flushcontext -t
      openssl req -provider tpm2 -provider default -propquery '?provider=tpm2' -new -key handle:0x81010002 -subj /CN=meter-1 -out key.csr
      tpm2_flushcontext -t
      openssl x509 -in ek.pem -pubkey -noout | openssl pkey -pubin -outform DER | sha256sum | cut -d' ' -f1 > ek.sha256
      """;

  private static final String ANSWER =
      """
      tpm2_createek -Q -c ek.ctx -G rsa -u ek.pub
      tpm2_startauthsession -Q --policy-session -S session.ctx
      tpm2_policysecret -Q -S session.ctx -c e
      tpm2_activatecredential -Q -c 0x81010002 -C ek.ctx -i challenge.blob -o secret -P session:session.ctx
      tpm2_flushcontext session.ctx
      tpm2_flushcontext -t
      """;

  @TempDir Path folder;
  private RunningServer server;
  private Process swtpm;
  private int port;

  @BeforeEach
  void start() throws Exception {
    run(MAKE_TPM);
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    swtpm =
        new ProcessBuilder(
                "swtpm",
                "socket",
                "--tpm2",
                "--tpmstate",
                "dir=tpm",
                "--server",
                "type=tcp,port=" + port,
                "--ctrl",
                "type=tcp,port=" + (port + 1),
                "--flags",
                "not-need-init,startup-clear")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("swtpm.log").toFile())
            .start();
    server = TestAuthority.make(folder).serve();
  }

  @AfterEach
  void stop() {
    swtpm.destroyForcibly();
    server.close();
  }

  private Command script(String script) throws Exception {
    String tcti = "swtpm:host=127.0.0.1,port=" + port;
    return Command.run(
        folder,
        Map.of("TPM2TOOLS_TCTI", tcti, "TPM2OPENSSL_TCTI", tcti),
        "bash",
        "-euo",
        "pipefail",
        "-c",
        "exec 2>&1; " + script);
  }

  private String run(String script) throws Exception {
    return script(script).succeeded();
  }

  /** The root of swtpm's own little authority vouches for the batch's TPMs. */
  private void listed() throws Exception {
    ObjectNode batch = JsonMapper.shared().createObjectNode();
    batch.put("id", "march").put("product", "pump");
    batch.put("vendorRoot", Files.readString(folder.resolve("ca/swtpm-localca-rootca-cert.pem")));
    expect(201, server.post("/api/v1/enrolment/batches", batch.toString()));
    String digest = Files.readString(folder.resolve("ek.sha256")).strip();
    expect(
        200,
        server.post(
            "/api/v1/enrolment/batches/march/members",
            "{\"members\":[{\"device\":\"meter-1\",\"serialNumber\":\"%s\"}]}".formatted(digest)));
  }

  private String ask(String what, String jq) throws Exception {
    return run(
        "jq -n %s | curl -s --cacert data/tls/server.crt -H 'Content-Type: application/json' -d @- https://localhost:%d/enrol/tpm/%s | tee answer.json"
            .formatted(jq, server.port("https"), what));
  }

  private String challenge() throws Exception {
    String answer =
        ask(
            "challenge",
            "--rawfile ek ek.pem --arg key \"$(base64 -w0 key.pub)\" '{ekCertificate: $ek, key: $key}'");
    if (answer.contains("\"challenge\"")) {
      run(
          "jq -r .challenge answer.json > challenge; jq -r .file answer.json | base64 -d > challenge.blob");
    }
    return answer;
  }

  private String activate(String secret) throws Exception {
    return ask(
        "activate",
        "--rawfile csr key.csr --arg challenge \"$(cat challenge)\" --arg secret \"$("
            + secret
            + ")\" '{challenge: $challenge, secret: $secret, csr: $csr}'");
  }

  @Test
  void itAnswersOnceAndGetsItsCertificate() throws Exception {
    run(MAKE_KEYS);
    listed();
    challenge();
    run(ANSWER);
    assertThat(activate("base64 -w0 secret")).contains("\"device\":\"meter-1\"");
    run("jq -r .certificate answer.json > key.crt");
    assertThat(activate("base64 -w0 secret")).contains("was answered before");
    assertThat(
            run(
                """
                echo hello > message
                tpm2_sign -Q -c 0x81010002 -g sha256 -f plain -o signature message
                openssl x509 -in key.crt -pubkey -noout > certified.pub
                openssl dgst -sha256 -verify certified.pub -signature signature message
                """))
        .contains("Verified OK");
    assertThat(server.get("/api/v1/devices/meter-1/certificates").path("items")).hasSize(1);
  }

  @Test
  void anotherKeyInTheSameTpmDoesNotAnswer() throws Exception {
    run(MAKE_KEYS);
    listed();
    challenge();
    // The credential is bound to the name of the key that was asked for, not to this one's.
    run(
        "tpm2_evictcontrol -Q -C o -c 0x81010002; tpm2_createprimary -Q -C o -c p.ctx; tpm2_flushcontext -t; tpm2_create -Q -C p.ctx -G ecc256 -u other.pub -r other.priv -a 'fixedtpm|fixedparent|sensitivedataorigin|userwithauth|sign'; tpm2_flushcontext -t; tpm2_load -Q -C p.ctx -u other.pub -r other.priv -c other.ctx; tpm2_evictcontrol -Q -C o -c other.ctx 0x81010002; tpm2_flushcontext -t");
    assertThat(script(ANSWER).exitCode()).isNotZero();
    assertThat(activate("head -c 32 /dev/zero | base64 -w0")).contains("is not the one");
  }

  @Test
  void aKeyThatCouldBeCopiedIsNotChallenged() throws Exception {
    run(MAKE_KEYS.replace("fixedtpm|fixedparent|", ""));
    listed();
    assertThat(challenge()).contains("attributes 0x").contains("fixedtpm");
    assertThat(server.get("/api/v1/refusals").path("items").toString()).contains("attributes 0x");
  }
}
