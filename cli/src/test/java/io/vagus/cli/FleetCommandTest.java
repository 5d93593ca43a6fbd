package io.vagus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.kit.Durations;
import io.vagus.server.Configuration;
import io.vagus.server.Server;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A simulated fleet against a real server that asks for secrets. */
@Timeout(180)
class FleetCommandTest {
  private static final String PROFILE =
      """
      {"products": [{
        "id": "meter", "devices": 20, "cadence": "1s", "http": 0.3,
        "link": {"loss": 0.05, "duplicates": 0.1, "latency": "5ms"},
        "metrics": {
          "power": {"unit": "kW", "min": 0, "max": 50, "base": 7, "noise": 0.2},
          "valve": {"signal": "states", "states": ["open", "shut"]}},
        "oddities": [{"numbers": [3], "wrongSecret": true}]}]}
      """;

  @TempDir Path folder;

  private record Run(int exitCode, String out, String err) {}

  private Run run(String... words) {
    List<String> all = new ArrayList<>(List.of("fleet"));
    all.addAll(List.of(words));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      CommandLine line = Main.commandLine();
      line.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
      int exitCode = line.execute(all.toArray(String[]::new));
      return new Run(
          exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(before);
    }
  }

  @Test
  void whatWasAcknowledgedIsWhatTheLedgerSays() throws IOException {
    Path profile = Files.writeString(folder.resolve("profile.json"), PROFILE);
    try (Server server = start(folder)) {
      assertThat(server.readyLine()).contains("mqtt=");
      Run run =
          run(
              "--data",
              folder.toString(),
              "--profile",
              profile.toString(),
              "--rate",
              "100",
              "--seconds",
              "6",
              "--verify",
              "--json");

      assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
      JsonNode summary = JsonMapper.shared().readTree(run.out());
      assertThat(summary.path("verified").asBoolean()).isTrue();
      assertThat(summary.path("acknowledged").asLong()).isGreaterThan(200);
      assertThat(summary.path("refused").path("HTTP 401").asLong()).isPositive();
      assertThat(summary.path("copies").asLong()).isPositive();
      assertThat(summary.path("lost").asLong()).isPositive();
    }
  }

  private Server start(Path data) {
    return Server.start(
        Configuration.read(
            null,
            Map.of(),
            Map.of("data", data.toString(), "http", "127.0.0.1:0", "mqtt", "127.0.0.1:0")));
  }

  @Test
  void aCloneSendsAsTheFleetItWasTakenFrom() throws IOException {
    Path first = Files.writeString(folder.resolve("a.json"), PROFILE);
    JsonNode a = runAndClone("one", first);
    JsonNode b = runAndClone("two", Files.writeString(folder.resolve("b.json"), a.toString()));
    for (JsonNode clone : List.of(a, b)) {
      JsonNode meter = clone.path("products").path(0);
      assertThat(meter.path("id").asString()).isEqualTo("meter");
      assertThat(meter.path("devices").asInt()).isEqualTo(20);
      assertThat(millis(meter.path("cadence"))).isBetween(950L, 1050L);
      assertThat(meter.path("http").asDouble()).isBetween(0.15, 0.55);
      assertThat(meter.path("link").path("duplicates").asDouble()).isBetween(0.04, 0.18);
      assertThat(meter.path("link").path("loss").asDouble()).isBetween(0.01, 0.12);
      assertThat(meter.path("metrics").path("power").path("base").asDouble()).isBetween(6.5, 7.5);
    }
  }

  private static long millis(JsonNode duration) {
    return Durations.parse(duration.asString()).toMillis();
  }

  private JsonNode runAndClone(String name, Path profile) {
    Path data = folder.resolve(name);
    try (Server server = start(data)) {
      assertThat(server.readyLine()).contains("mqtt=");
      assertThat(
              run("--data", data.toString(), "--profile", profile.toString(), "--seconds", "12")
                  .exitCode())
          .isZero();
      return JsonMapper.shared().readTree(run("clone", "--data", data.toString()).out());
    }
  }

  @Test
  void saysWhatToDoWhenNoServerRunsAndWhatIsWrongWithAProfile() throws IOException {
    Run none = run("--data", folder.toString(), "--seconds", "1");
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.err()).contains("no server runs on", "./vagus up");

    Path profile =
        Files.writeString(
            folder.resolve("p.json"), "{\"products\": [{\"id\": \"x\", \"cadnce\": \"1s\"}]}");
    Run wrong =
        run(
            "--data",
            folder.toString(),
            "--url",
            "http://127.0.0.1:1",
            "--mqtt",
            "127.0.0.1:1",
            "--profile",
            profile.toString());
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.err()).contains("cadnce", "cadence");
  }
}
