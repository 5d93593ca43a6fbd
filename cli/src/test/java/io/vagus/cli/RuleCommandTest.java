package io.vagus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.server.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code ./vagus rule} and {@code ./vagus alert} against a real server. */
@Timeout(120)
class RuleCommandTest {
  @TempDir static Path folder;
  private static Server server;

  @BeforeAll
  static void start() throws IOException {
    Map<String, String> flags =
        Map.of("data", folder.toString(), "http", "127.0.0.1:0", "mqtt", "off");
    server = Server.start(TestRegistry.configuration(flags));
    String model = "{\"id\": \"pump\", \"metrics\": {\"temperature\": {\"unit\": \"Cel\"}}}";
    ok("product", "create", Files.writeString(folder.resolve("pump.json"), model).toString());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static MainTest.Run run(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--data", folder.toString()));
    return MainTest.run(all.toArray(String[]::new));
  }

  private static String ok(String... words) {
    MainTest.Run run = run(words);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.out();
  }

  private static String file(String id, String when) throws IOException {
    String rule =
        """
        {"id": "%s", "owner": "heating", "products": ["pump"], "when": "%s",
         "effects": [{"do": "alert", "class": "ticket", "text": "Too hot"}]}
        """
            .formatted(id, when);
    return Files.writeString(folder.resolve(id + ".json"), rule).toString();
  }

  @Test
  void checksThenPutsThenShows() throws IOException {
    MainTest.Run wrong = run("rule", "check", file("hot", "readings.temprature.value > 1.0"));
    assertThat(wrong.exitCode()).isEqualTo(1);
    assertThat(wrong.out()).startsWith("error: when (pump): ").contains("temprature");
    String right = file("hot", "readings.temperature.value > 1.0");
    assertThat(ok("rule", "check", right)).isEqualToIgnoringNewLines("ok");
    assertThat(ok("rule", "put", right, "--if-version", "0"))
        .isEqualToIgnoringNewLines("hot version 1 is live");
    MainTest.Run again = run("rule", "put", file("hot", "true"), "--if-version", "0");
    assertThat(again.exitCode()).isEqualTo(2);
    assertThat(again.err()).contains("version: 1 (expected: 0, as If-Match says)");
    ok("rule", "put", file("hot", "true"), "--if-version", "1");
    assertThat(ok("rule", "list", "--owner", "heating")).containsPattern("hot +2 +live +ok");
    JsonNode shown = JsonMapper.shared().readTree(ok("rule", "show", "hot"));
    assertThat(shown.path("version").asInt()).isEqualTo(2);
    assertThat(ok("rule", "show", "hot", "--of-version", "1")).contains("temperature");
    assertThat(ok("rule", "versions", "hot").lines()).hasSize(3);
    assertThat(ok("rule", "firings", "hot")).isEmpty();
    assertThat(ok("rule", "delete", "hot")).isEqualToIgnoringNewLines("hot is deleted");
    assertThat(run("rule", "show", "hot").exitCode()).isEqualTo(2);
  }

  @Test
  void aTrialFailsAPipelineWhereItDiffers() throws IOException {
    String before = file("trial", "readings.temperature.value > 80.0");
    ok("rule", "put", before);
    ok("device", "create", "pump-1", "--product", "pump");
    assertThat(ok("rule", "trial", before, "--fail-if-differs"))
        .contains("1 devices, 0 messages: new raised 0")
        .contains("old raised 0");
    MainTest.Run unknown = run("rule", "trial", before, "--device", "nobody");
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err()).contains("expected: a device that exists");
  }

  @Test
  void listsAlerts() {
    assertThat(ok("alert", "list", "--state", "open", "--fail-if-any")).startsWith("id");
    assertThat(run("alert", "ack", "nothing", "--note", "x").exitCode()).isEqualTo(2);
  }
}
