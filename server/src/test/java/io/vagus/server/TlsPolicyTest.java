package io.vagus.server;

import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a TLS policy lets in and what not, by openssl s_client, and that it is counted why. */
@Timeout(120)
class TlsPolicyTest {
  private static final String SUITES =
      "TLS_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";

  private static final List<String> VERSIONS = List.of("-tls1_2", "-tls1_3");
  private static final Duration BOUND = Duration.ofSeconds(10);

  @TempDir Path folder;

  private RunningServer serve(String... settings) throws Exception {
    TestAuthority ca = TestAuthority.make(folder);
    ca.device("pump-7");
    ca.issue("pump-7", Duration.ZERO);
    return ca.serve(settings);
  }

  /** Whether the handshake is done: the server's certificate was shown and a cipher agreed upon. */
  private String handshake(RunningServer server, String listener, String... flags)
      throws Exception {
    String command =
        "timeout 20 openssl s_client -connect localhost:%d %s < /dev/null 2>&1"
            .formatted(server.port(listener), String.join(" ", flags));
    return Command.run(folder, Map.of(), "bash", "-c", command).output();
  }

  /** What openssl says of the session, when it shows the one that it kept. */
  private String resumed(RunningServer server, String keep) throws Exception {
    String command =
        "(sleep 1; echo) | timeout 20 openssl s_client -connect localhost:%d %s 2>&1"
            .formatted(server.port("mqtts"), keep);
    String said = Command.run(folder, Map.of(), "bash", "-c", command).output();
    return said.replaceFirst("(?s).*\\n(New|Reused), .*", "$1");
  }

  /** Its tickets' keys die with the process: a restart costs a handshake, and refuses nobody. */
  @Test
  void aSessionIsResumedUntilTheServersRestartAndMadeAnewAfterIt() throws Exception {
    try (RunningServer server = serve()) {
      for (String version : VERSIONS) {
        assertThat(resumed(server, version + " -sess_out kept" + version)).isEqualTo("New");
        assertThat(resumed(server, version + " -sess_in kept" + version)).isEqualTo("Reused");
      }
    }
    try (RunningServer server = new TestAuthority(folder).serve()) {
      for (String version : VERSIONS) {
        assertThat(resumed(server, version + " -sess_in kept" + version)).isEqualTo("New");
      }
    }
  }

  private void accepted(RunningServer server, String... flags) throws Exception {
    assertThat(handshake(server, "mqtts", flags))
        .as(String.join(" ", flags))
        .contains("Cipher is ")
        .doesNotContain("Cipher is (NONE)");
  }

  private void refused(RunningServer server, String reason, String... flags) throws Exception {
    double before = count(server, reason);
    assertThat(handshake(server, "mqtts", flags)).contains("alert");
    eventually(BOUND, reason + " is counted", () -> count(server, reason) == before + 1);
    assertThat(server.get("/api/v1/refusals?reason=" + reason).path("items").toString())
        .contains("127.0.0.1");
  }

  private static double count(RunningServer server, String reason) {
    return server
        .text("/metrics")
        .lines()
        .filter(l -> l.startsWith("vagus_ingest_handshakes_refused_total{"))
        .filter(l -> l.contains("reason=\"" + reason + "\""))
        .mapToDouble(l -> Double.parseDouble(l.substring(l.lastIndexOf(' '))))
        .sum();
  }

  @Test
  void theUsualPolicySpeaksTls12And13AndNothingOlder() throws Exception {
    try (RunningServer server = serve()) {
      accepted(server, "-tls1_3");
      accepted(server, "-tls1_2");
      refused(server, "tls-version", "-tls1_1 -cipher ALL:@SECLEVEL=0");
      accepted(server, "-tls1_3 -groups X25519");
      accepted(server, "-tls1_3 -groups P-256");
    }
  }

  @Test
  void aStricterOneRefusesVersionsSuitesAndGroupsByName() throws Exception {
    try (RunningServer server =
        serve("tls.lowest-version=1.2", "tls.ciphers=" + SUITES, "tls.groups=secp256r1")) {
      accepted(server, "-tls1_3 -ciphersuites TLS_AES_128_GCM_SHA256 -groups P-256");
      accepted(server, "-tls1_2 -cipher ECDHE+AESGCM -groups P-256");
      refused(server, "tls-cipher", "-tls1_3 -ciphersuites TLS_AES_256_GCM_SHA384");
      refused(server, "tls-cipher", "-tls1_2 -cipher ECDHE+CHACHA20");
      refused(server, "tls-group", "-tls1_3 -groups X25519");
    }
  }

  @Test
  void tls13AloneRefusesTls12() throws Exception {
    try (RunningServer server = serve("tls.lowest-version=1.3")) {
      accepted(server, "-tls1_3");
      refused(server, "tls-version", "-tls1_2");
    }
  }

  @Test
  void aListenerMayAskForCertificatesAlone() throws Exception {
    try (RunningServer server = serve("tls.mqtts-client-auth=required")) {
      String shown = "-cert pump-7.crt -key pump-7.key";
      // In TLS 1.3 the client is done before the server says that it wants more.
      accepted(server, "-tls1_3 " + shown);
      refused(server, "tls-no-certificate", "-tls1_2");
      assertThat(handshake(server, "https", "-tls1_2")).contains("Cipher is ECDHE");
    }
  }

  @Test
  void whoSpeaksSomethingElseOrNothingIsCounted() throws Exception {
    try (RunningServer server = serve("tls.handshake-timeout=1s")) {
      Command.run(
          folder,
          Map.of(),
          "bash",
          "-c",
          "exec 3<>/dev/tcp/127.0.0.1/%d; printf 'GET / HTTP/1.1\\r\\n\\r\\n' >&3; cat <&3 >/dev/null"
              .formatted(server.port("mqtts")));
      eventually(BOUND, "it is counted", () -> count(server, "tls-not-tls") == 1);
      Command.run(
          folder,
          Map.of(),
          "bash",
          "-c",
          "exec 3<>/dev/tcp/127.0.0.1/%d; timeout 10 cat <&3 >/dev/null"
              .formatted(server.port("mqtts")));
      eventually(BOUND, "it is counted", () -> count(server, "tls-timeout") == 1);
    }
  }
}
