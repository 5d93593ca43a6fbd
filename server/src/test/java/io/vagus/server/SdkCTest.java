package io.vagus.server;

import static io.vagus.testkit.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The C SDK under the sanitizers: its own tests, and its example against a real server. */
@Timeout(120)
class SdkCTest {
  private static final Path SDK = Path.of("").toAbsolutePath().resolveSibling("device-c");
  private static final Path EXAMPLE =
      SDK.resolveSibling("docs/examples/sdk-device.c").toAbsolutePath();
  private static final Duration BOUND = Duration.ofSeconds(40);

  @TempDir static Path built;
  @TempDir Path folder;

  @BeforeAll
  static void build() throws Exception {
    compileExample(built);
  }

  /** Makes {@code sdk-device} in the folder. */
  static void compileExample(Path folder) throws Exception {
    run(
        "gcc -std=c99 -Wall -Wextra -Werror -pedantic -g -fsanitize=address,undefined"
            + " -fno-sanitize-recover=all -I%s -o %s/sdk-device %s %s/vagus*.c"
                .formatted(SDK, folder, EXAMPLE, SDK));
  }

  /** The same, with TLS. */
  private static void compileWithTls(Path folder) throws Exception {
    run(
        "gcc -std=c99 -Wall -Wextra -Werror -pedantic -g -fsanitize=address,undefined"
            + " -fno-sanitize-recover=all -DWITH_TLS -I%s -o %s/sdk-device-tls %s %s/vagus*.c"
                .formatted(SDK, folder, EXAMPLE, SDK)
            + " %s/tls/vagus_tls.c -lssl -lcrypto".formatted(SDK));
  }

  private static String run(String command) throws Exception {
    return Command.run(Path.of("").toAbsolutePath(), Map.of(), "bash", "-euc", command).succeeded();
  }

  @Test
  void itsOwnTestsHold() throws Exception {
    assertThat(run("make -C %s OUT=%s/c test".formatted(SDK, built)))
        .containsPattern("\\d+ checks");
  }

  /** What the documents say of its size, on this processor; more is a change to be meant. */
  @Test
  void itIsSmall() throws Exception {
    String last =
        run("make -s --no-print-directory -C %s OUT=%s/size size | tail -n 1".formatted(SDK, built))
            .strip();
    assertThat(Integer.parseInt(last.split("\\s+")[0])).isLessThan(14_000);
    String shim =
        run("make -s --no-print-directory -C %s OUT=%s/size size-tls | tail -n 1"
                .formatted(SDK, built))
            .strip();
    assertThat(Integer.parseInt(shim.split("\\s+")[0])).isLessThan(4_000);
  }

  @Test
  void whatItMeasuredWhileTheServerWasAwayArrivesOnce() throws Exception {
    int port;
    try (RunningServer server = RunningServer.start(folder)) {
      server.register("pump", "pump-7");
      port = server.port("mqtt");
    }
    Process device = start(port, 60, "0.01", Map.of());
    try (RunningServer server = RunningServer.start(folder, "mqtt=127.0.0.1:" + port)) {
      server.requireAccepted(60);
      eventually(BOUND, "all are stored", () -> server.export("pump-7").lines().count() == 60);
      assertThat(server.get("/api/v1/gaps").path("items")).isEmpty();
      assertThat(device.waitFor())
          .as(new String(device.getInputStream().readAllBytes(), UTF_8))
          .isZero();
    }
  }

  @Test
  void itSaysHowItIs() throws Exception {
    try (RunningServer server = RunningServer.start(folder)) {
      server.register("pump", "pump-7");
      Process device = start(server.port("mqtt"), 1, "0.01", Map.of("HEARTBEAT", "60"));
      eventually(
          BOUND,
          "its health is stored",
          () -> server.export("pump-7").contains("\"health.battery\""));
      assertThat(server.export("pump-7"))
          .contains("health.uptime", "health.signal", "health.memory", "health.firmware");
      assertThat(device.waitFor()).isZero();
    }
  }

  @Test
  void overTlsItTrustsItsAuthorityAndTheRightNameOnlyAndShowsItsCertificate() throws Exception {
    compileWithTls(built);
    TestAuthority ca = TestAuthority.make(folder);
    ca.device("pump-7");
    ca.issue("pump-7", Duration.ZERO);
    ca.openssl(
        "elsewhere",
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout e.key"
            + " -subj /CN=elsewhere -addext subjectAltName=DNS:elsewhere -days 9 -out e.crt");
    try (RunningServer server = ca.serve()) {
      String port = String.valueOf(server.port("mqtts"));
      Map<String, String> trusting = Map.of("CA", "data/tls/server.crt");
      assertThat(tls(trusting, "pump-7", "correct horse", "localhost", port)).isEmpty();
      server.requireAccepted(1);

      Map<String, String> shown =
          Map.of("CA", "data/tls/server.crt", "CERT", "pump-7.crt", "KEY", "pump-7.key");
      assertThat(tls(shown, "pump-7", "-", "localhost", port)).isEmpty();
      server.requireAccepted(2);
      assertThat(tls(trusting, "pump-7", "-", "localhost", port))
          .contains("refused: wrong secret"); // without its certificate
      assertThat(tls(shown, "pump-8", "-", "localhost", port))
          .contains("refused: wrong secret"); // with another's, and at once

      assertThat(tls(Map.of("CA", "e.crt"), "pump-7", "correct horse", "localhost", port))
          .contains("refused: server: ", "certificate");
      assertThat(server.total().path("accepted").asInt()).isEqualTo(2);
    }
    String certificate = "tls.certificate=" + folder.resolve("e.crt");
    try (RunningServer server = ca.serve(certificate, "tls.key=" + folder.resolve("e.key"))) {
      String port = String.valueOf(server.port("mqtts"));
      Map<String, String> trusting = Map.of("CA", "e.crt");
      assertThat(tls(trusting, "pump-7", "correct horse", "localhost", port))
          .containsIgnoringCase("refused: server: hostname mismatch");
      assertThat(tls(trusting, "pump-7", "correct horse", "127.0.0.1", port))
          .containsIgnoringCase("refused: server: IP address mismatch");
    }
  }

  /** One reading; what it says when it could not send it. */
  private String tls(Map<String, String> environment, String... words) throws Exception {
    Map<String, String> all = new HashMap<>(environment);
    all.putAll(Map.of("COUNT", "1", "INTERVAL", "0.01"));
    String[] command = new String[words.length + 1];
    command[0] = built.resolve("sdk-device-tls").toString();
    System.arraycopy(words, 0, command, 1, words.length);
    return Command.run(folder, all, command).output();
  }

  private static Process start(int port, int count, String interval, Map<String, String> more)
      throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
                List.of(
                    "./sdk-device", "pump-7", "correct horse", "127.0.0.1", String.valueOf(port)))
            .directory(built.toFile())
            .redirectErrorStream(true);
    builder.environment().putAll(Map.of("COUNT", String.valueOf(count), "INTERVAL", interval));
    builder.environment().putAll(more);
    return builder.start();
  }
}
