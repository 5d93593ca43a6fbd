package io.vagus.server;

import static io.vagus.server.RunningServer.expect;
import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Rules and sensors' faults through a running server. */
@Timeout(120)
class RuleFlowTest {
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final int HEALTHY = 400;
  private static final int SENT = 500;
  private static RunningServer server;

  @BeforeAll
  static void start(@TempDir Path folder) {
    server = RunningServer.start(folder.resolve("data"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void product(String id, String more) {
    expect(
        201,
        server.post(
            "/api/v1/products",
            """
            {"id":"%s","metrics":{"t":{"type":"number"%s}},
             "commands":{"close":{"arguments":{"t":{"type":"number"}}}}}\
            """
                .formatted(id, more)));
  }

  /** A device, of a product of its own, and a rule for it that is in force. */
  private static void rule(String id, String device, String rule) {
    product("of-" + id, "");
    server.device(device, "of-" + id, "");
    expect(201, server.put("/api/v1/rules/" + id, body(id, rule)));
    eventually(
        BOUND,
        id + " is in force",
        () -> server.text("/metrics").contains("vagus_rule_evaluated_total{rule=\"" + id + "\""));
  }

  private static String body(String id, String rule) {
    return "{\"owner\":\"tests\",\"products\":[\"of-%s\"],%s}".formatted(id, rule);
  }

  private static void say(String device, Instant time, double value) {
    expect(200, server.telemetry(device, "{\"time\":\"%s\",\"t\":%s}".formatted(time, value)));
  }

  private static List<JsonNode> alerts(String device) {
    List<JsonNode> alerts = new ArrayList<>();
    server.get("/api/v1/alerts?device=" + device).path("items").forEach(alerts::add);
    return alerts;
  }

  @Test
  void aMessageNamesTheFiringAndTheCommandThatItBroughtAbout() {
    rule(
        "close-it",
        "v-1",
        """
        "when":"readings.t.value > 80.0",
        "effects":[{"do":"command","name":"close","arguments":{"t":"${readings.t.value}"},
                    "deadline":"1h"},
                   {"do":"alert","class":"ticket","text":"closed at ${readings.t.value}"}]\
        """);
    expect(200, server.telemetry("v-1", "{\"id\":\"cause-1\",\"t\":91}"));
    eventually(BOUND, "the alert", () -> !alerts("v-1").isEmpty());
    JsonNode message = server.get("/api/v1/messages/cause-1?device=v-1").path("messages").path(0);
    JsonNode firing = message.path("firings").path(0);
    assertThat(firing.path("rule").asText()).isEqualTo("close-it");
    assertThat(firing.path("phase").asText()).isEqualTo("raised");
    JsonNode alert = alerts("v-1").getFirst();
    assertThat(alert.path("firing").asText()).isEqualTo(firing.path("id").asText());
    String command = firing.path("commands").path(0).asText();
    JsonNode sent = server.get("/api/v1/commands/" + command);
    assertThat(sent.path("issuer").asText()).isEqualTo("rule:close-it");
    assertThat(sent.path("arguments").path("t").asDouble()).isEqualTo(91);
    JsonNode stats = server.get("/api/v1/rules/close-it").path("stats");
    assertThat(stats.path("raised").asInt()).isEqualTo(1);
    assertThat(stats.path("latencyMillis").path("count").asInt()).isEqualTo(1);
    assertThat(stats.path("latencyMillis").path("p99").asDouble()).isBetween(0.1, 30_000.0);
    assertThat(stats.path("lag").asInt()).isZero();
  }

  @Test
  void aLoopIsStoppedAndNamed() {
    rule(
        "loop",
        "v-2",
        """
        "when":"readings.t.value > 500.0","firingsPerMinute":3,
        "effects":[{"do":"command","name":"close","deadline":"1h"}]\
        """);
    for (int i = 0; i < 12; i++) {
      say("v-2", Instant.now(), i % 2 == 0 ? 501 : 20);
    }
    eventually(BOUND, "the ticket", () -> !alerts("v-2").isEmpty());
    JsonNode ticket = alerts("v-2").getFirst();
    assertThat(ticket.path("class").asText()).isEqualTo("ticket");
    assertThat(ticket.path("text").asText()).contains("loop").contains("v-2");
    assertThat(server.get("/api/v1/rules/loop").path("stats").path("looped").asInt()).isEqualTo(1);
    assertThat(server.get("/api/v1/commands?device=v-2&issuer=rule:loop").path("items").size())
        .isEqualTo(3);
  }

  @Test
  void aRuleEditedWhileItsWindowIsOpenGoesOnWithWhatItHas() {
    String window =
        """
        "windows":{"w":{"kind":"session","metric":"t","gap":"2s","longest":"1h"}},
        "when":"windows.w.count >= 3.0 && windows.w.min > %s",
        "effects":[{"do":"alert","class":"ticket","text":"${windows.w.count} readings"}]\
        """;
    rule("edited", "v-3", window.formatted("900.0"));
    say("v-3", Instant.now(), 601);
    say("v-3", Instant.now(), 602);
    expect(200, server.put("/api/v1/rules/edited", body("edited", window.formatted("600.0"))));
    say("v-3", Instant.now(), 603);
    eventually(BOUND, "the session's end", () -> !alerts("v-3").isEmpty());
    assertThat(alerts("v-3").getFirst().path("text").asText()).startsWith("3");
  }

  @Test
  void whatIsLateOrOfAClockThatIsWrongClosesNoWindowEarly() {
    rule(
        "ten-minutes",
        "v-4",
        """
        "windows":{"w":{"kind":"tumbling","metric":"t","size":"10m"}},
        "when":"windows.w.max > 700.0",
        "effects":[{"do":"alert","class":"ticket","text":"high"}]\
        """);
    server.device("v-5", "of-ten-minutes", "");
    Instant now = Instant.now();
    say("v-4", now, 701);
    say("v-4", now.plus(Duration.ofHours(3)), 702);
    say("v-5", now, 10);
    say("v-5", now.minus(Duration.ofHours(2)), 705);
    eventually(
        BOUND,
        "it is counted as late",
        () -> server.get("/api/v1/rules/ten-minutes").path("stats").path("late").asInt() == 1);
    assertThat(alerts("v-4")).isEmpty();
    assertThat(alerts("v-5")).isEmpty();
  }

  private static String readings(IntToDoubleFunction signal, int from, int to, Instant start) {
    StringBuilder body = new StringBuilder("[");
    for (int i = from; i < to; i++) {
      body.append(i == from ? "" : ",")
          .append("{\"time\":\"")
          .append(start.plusSeconds(10L * i))
          .append("\",\"t\":")
          .append(Math.round(100 * signal.applyAsDouble(i)) / 100.0)
          .append('}');
    }
    return body.append(']').toString();
  }

  /** Sends 500 readings of which the last 100 have the fault, at once: 10 s apart. */
  private static void faulty(String device, Instant start, IntToDoubleFunction signal) {
    server.device(device, "sensor", "");
    expect(200, server.telemetry(device, readings(signal, 0, SENT, start)));
  }

  private static long flagged(String device, String word) {
    return server.export(device).lines().filter(l -> l.contains("\"" + word + "\"")).count();
  }

  /** Row 11. */
  @Test
  void faultsOfSensorsFlagTheirReadingsAndOpenOneTicketUntilTheyAreWell() {
    product(
        "sensor",
        """
        ,"faults":{"stuck":{"after":"5m"},"spike":{},"noise":{},
                   "bias":{"expected":50,"tolerance":5,"after":"5m"}}\
        """);
    Instant start = Instant.now().minusSeconds(10L * SENT);
    Random random = new Random(5);
    IntToDoubleFunction well = i -> 50 + Math.sin(i / 200.0) + 0.3 * random.nextGaussian();
    faulty("s-well", start, well);
    faulty("s-stuck", start, i -> i < HEALTHY ? well.applyAsDouble(i) : 51.17);
    faulty("s-spike", start, i -> well.applyAsDouble(i) + (i >= HEALTHY && i % 20 == 7 ? 25 : 0));
    faulty("s-bias", start, i -> well.applyAsDouble(i) + (i < HEALTHY ? 0 : 12));
    faulty(
        "s-noise",
        start,
        i -> well.applyAsDouble(i) + (i < HEALTHY ? 0 : 4 * random.nextGaussian()));
    for (String fault : List.of("stuck", "spike", "bias", "noise")) {
      eventually(BOUND, fault, () -> alerts("s-" + fault).size() == 1);
      JsonNode ticket = alerts("s-" + fault).getFirst();
      assertThat(ticket.path("class").asText()).isEqualTo("ticket");
      assertThat(ticket.path("text").asText()).startsWith("sensor degraded: t: ").contains(fault);
      eventually(BOUND, fault + " is stored", () -> flagged("s-" + fault, fault) >= 5);
    }
    assertThat(alerts("s-well")).isEmpty();
    assertThat(server.get("/api/v1/alerts?class=page").path("items").size()).isZero();
    expect(200, server.telemetry("s-bias", readings(well, SENT, SENT + 40, start)));
    eventually(
        BOUND,
        "well again",
        () -> alerts("s-bias").getFirst().path("state").asText().equals("cleared"));
  }
}
