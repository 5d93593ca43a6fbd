package io.vagus.server;

import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What README and docs tell a user to type, typed: with mosquitto_pub, curl and bash. */
class UserTest {
  private static final Path PROJECT = Path.of("").toAbsolutePath().getParent();
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Pattern BLOCK = Pattern.compile("(?m)(?:^    \\S.*\n(?:^\n(?=    ))?)+");

  @TempDir Path folder;

  @Test
  void readingsByMosquittoPubAndByCurlAreVisibleWithinASecond() throws Exception {
    try (RunningServer server = RunningServer.start(folder.resolve("data"), "open=true")) {
      bash(server, block("mosquitto_pub -t v1/pump-7/telemetry")).succeeded();

      eventually(
          SECOND, "both are stored", () -> readings(server, "pump-7", "temperature").size() == 2);
      assertThat(readings(server, "pump-7", "temperature").toString()).contains("21.5", "21.7");
      eventually(
          SECOND,
          "who tries it out finds the device in the list",
          () -> server.get("/api/v1/devices").toString().contains("\"pump-7\""));
    }
  }

  @Test
  void theStepsForARegisteredDeviceWorkAsWritten() throws Exception {
    try (RunningServer server = RunningServer.start(folder.resolve("data"))) {
      String script = block("TOKEN=$(cat data/admin.token)").replaceAll("(?m)^\\./vagus.*\n", "");

      bash(server, script).succeeded();
      eventually(
          SECOND, "it is stored", () -> readings(server, "pump-7", "temperature").size() > 0);
      String output = bash(server, definitions(script) + lastLine(script)).succeeded();

      assertThat(output).contains("\"pump-7\"").contains("21.5").doesNotContain("problem+json");
      assertThat(readings(server, "pump-7", "temperature").size()).isEqualTo(1);
    }
  }

  @Test
  void thisMachineIsADevice() throws Exception {
    try (RunningServer server = RunningServer.start(folder.resolve("data"))) {
      server.register("host", "this-machine");

      Command.run(
              PROJECT,
              Map.of(),
              "docs/examples/this-machine.sh",
              "this-machine",
              "correct horse",
              "3",
              "127.0.0.1",
              String.valueOf(server.port("mqtt")))
          .succeeded();

      for (String metric : new String[] {"cpu", "memory", "load", "disk.read", "network.in"}) {
        eventually(
            SECOND,
            "three readings of " + metric,
            () -> readings(server, "this-machine", metric).size() == 3);
      }
      assertThat(readings(server, "this-machine", "memory").path(0).path("value").asDouble())
          .isGreaterThan(10e6);
    }
  }

  /** The README's indented block that begins with the given words. */
  private static String block(String beginning) throws Exception {
    Matcher blocks = BLOCK.matcher(Files.readString(PROJECT.resolve("README.md")));
    while (blocks.find()) {
      String text = blocks.group().replaceAll("(?m)^    ", "");
      if (text.startsWith(beginning)) {
        return text;
      }
    }
    throw new AssertionError("README.md has no block that begins with: " + beginning);
  }

  private static String definitions(String script) {
    return script
        .lines()
        .filter(line -> line.startsWith("TOKEN=") || line.startsWith("api() "))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static String lastLine(String script) {
    String[] lines = script.strip().split("\n");
    return lines[lines.length - 1];
  }

  /** The README's ports are the default ones; the server under test has free ones. */
  private Command bash(RunningServer server, String script) throws Exception {
    String here =
        script
            .replace("http://127.0.0.1:8080", server.httpUrl())
            .replace("mosquitto_pub ", "mosquitto_pub -p " + server.port("mqtt") + " ");
    return Command.run(folder, Map.of(), "bash", "-euc", here);
  }

  private static JsonNode readings(RunningServer server, String device, String metric) {
    return server
        .get("/api/v1/devices/" + device + "/readings/" + metric + "?raw=true&limit=1000")
        .path("readings");
  }
}
