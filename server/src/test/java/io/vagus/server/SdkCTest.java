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
  }

  @Test
  void whatItMeasuredWhileTheServerWasAwayArrivesOnce() throws Exception {
    int port;
    try (RunningServer server = RunningServer.start(folder)) {
      server.register("pump", "pump-7");
      port = server.port("mqtt");
    }
    Process device = start(port, 60, "0.01");
    try (RunningServer server = RunningServer.start(folder, "mqtt=127.0.0.1:" + port)) {
      server.requireAccepted(60);
      eventually(BOUND, "all are stored", () -> server.export("pump-7").lines().count() == 60);
      assertThat(server.get("/api/v1/gaps").path("items")).isEmpty();
      assertThat(device.waitFor())
          .as(new String(device.getInputStream().readAllBytes(), UTF_8))
          .isZero();
    }
  }

  private static Process start(int port, int count, String interval) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
                List.of(
                    "./sdk-device", "pump-7", "correct horse", "127.0.0.1", String.valueOf(port)))
            .directory(built.toFile())
            .redirectErrorStream(true);
    builder
        .environment()
        .putAll(new HashMap<>(Map.of("COUNT", String.valueOf(count), "INTERVAL", interval)));
    return builder.start();
  }
}
