package io.vagus.server;

import static io.vagus.server.RunningServer.expect;
import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What keeps commands and desired state from doing harm, through a whole server's sockets. */
@Timeout(120)
class InterlockTest {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final String PRODUCT =
      """
      {"id": "%s", "metrics": {"pressure": {"unit": "bar"}},
       "commands": {
         "move": {
           "arguments": {"position": {"type": "integer"}},
           "interlocks": [
             {"id": "overpressure", "expression": "readings.pressure.value < 8",
              "message": "The line is under pressure", "maxAge": "1m"},
             {"id": "locked", "expression": "!has(reported.locked) || args.position == 0",
              "message": "It is locked"}]},
         "beep": {"rateLimit": {"count": 2, "per": "1h"}},
         "run": {"deadMan": {"within": "1s", "fallback": {"command": "stop"}}},
         "heat": {"deadMan": {"within": "1s", "fallback": {"desired": {"heater": false}}}},
         "stop": {"lane": "priority"},
         "wipe": {"approval": "two-person",
                  "interlocks": [{"id": "idle", "expression": "!has(reported.busy) || !reported.busy",
                                  "message": "It is at work"}]}},
       "twin": {"interlocks": {"/valve": [
         {"id": "range", "expression": "value == null || value <= 90", "message": "Not beyond 90"},
         {"id": "pressure", "expression": "readings.pressure.value < 8",
          "message": "The line is under pressure"}]}}}
      """;
  private static final AtomicInteger NUMBER = new AtomicInteger();

  @TempDir static Path data;
  private static RunningServer server;
  private static Person anna;
  private static Person bert;

  private final String id = "d" + NUMBER.incrementAndGet();
  private final String commands = "/api/v1/devices/" + id + "/commands";

  @BeforeAll
  static void start() throws Exception {
    server = RunningServer.start(data);
    expect(201, server.post("/api/v1/products", PRODUCT.formatted("valve")));
    anna = Person.of(server, "anna", "operator");
    bert = Person.of(server, "bert", "operator");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private void device(String product) {
    expect(
        201,
        server.post(
            "/api/v1/devices",
            "{\"id\":\"%s\",\"product\":\"%s\",\"secret\":\"correct horse\"}"
                .formatted(id, product)));
  }

  private void measures(double pressure) {
    expect(200, server.telemetry(id, "{\"pressure\": " + pressure + "}"));
    knows("readings.pressure", pressure);
  }

  private void knows(String what, double pressure) {
    eventually(
        BOUND,
        what,
        () -> server.get("/api/v1/devices/" + id + "/readings").toString().contains("" + pressure));
  }

  private void reports(String document) {
    try (DownDevice device = connect()) {
      device.say("v1/" + id + "/twin/reported", document);
    }
    eventually(
        BOUND,
        "it is reported",
        () -> !server.get("/api/v1/devices/" + id + "/twin").path("reported").isEmpty());
  }

  private DownDevice connect(String... filters) {
    return DownDevice.connected(server.port("mqtt"), id, filters);
  }

  private JsonNode refused(HttpResponse<String> answer) {
    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .isEqualTo("application/problem+json");
    JsonNode problem = JSON.readTree(expect(409, answer).body());
    assertThat(problem.path("code").asString()).isEqualTo("refused");
    return problem;
  }

  private HttpResponse<String> move(int position) {
    return server.post(
        commands, "{\"name\":\"move\",\"arguments\":{\"position\":%d}}".formatted(position));
  }

  private String accepted(HttpResponse<String> answer) {
    return JSON.readTree(expect(202, answer).body()).path("id").asString();
  }

  private JsonNode command(String command) {
    return server.get("/api/v1/commands/" + command);
  }

  private void comesTo(String command, String state) {
    eventually(
        BOUND,
        command + " is " + state,
        () -> command(command).path("state").asString().equals(state));
  }

  private List<String> states(String command) {
    return StreamSupport.stream(command(command).path("steps").spliterator(), false)
        .map(step -> step.path("state").asString())
        .toList();
  }

  private boolean hasEvent(String type, String text) {
    return StreamSupport.stream(
            server.get("/api/v1/devices/" + id + "/history").path("items").spliterator(), false)
        .anyMatch(e -> e.path("type").asString().equals(type) && e.toString().contains(text));
  }

  @Test
  void anInterlockRefusesAlsoAnAdministratorWithItsReasonAndWhatItSaw() {
    device("valve");
    measures(7.5);
    accepted(move(40));
    measures(9.25);

    JsonNode problem = refused(move(50));
    assertThat(problem.path("interlock").asString()).isEqualTo("overpressure");
    assertThat(problem.path("detail").asString())
        .isEqualTo("The line is under pressure (readings.pressure.value = 9.25)");
    assertThat(problem.at("/seen/readings.pressure.value").asDouble()).isEqualTo(9.25);

    JsonNode logged = command(problem.path("command").asString());
    assertThat(logged.path("state").asString()).isEqualTo("refused");
    assertThat(logged.at("/result/code").asString()).isEqualTo("overpressure");
    assertThat(server.get("/api/v1/commands?state=refused&device=" + id).path("items").size())
        .isEqualTo(1);
    assertThat(hasEvent("command.refused", "overpressure")).isTrue();
  }

  @Test
  void whatNobodyKnowsRefuses() {
    device("valve");
    JsonNode missing = refused(move(1));
    assertThat(missing.path("detail").asString())
        .isEqualTo(
            "The line is under pressure (cannot be judged: readings.pressure.value is missing)");
    assertThat(missing.at("/seen/readings.pressure.value").isNull()).isTrue();

    String old = Instant.now().minusSeconds(90).toString();
    expect(
        200,
        server.telemetry(id, "{\"time\":\"%s\",\"values\":{\"pressure\":3.5}}".formatted(old)));
    knows("the old reading", 3.5);
    assertThat(refused(move(1)).path("detail").asString())
        .contains("readings.pressure.value is 9")
        .endsWith("s old (expected: <= 60 s))");
  }

  @Test
  void looksAtReportedStateAndAtTheArguments() {
    device("valve");
    measures(3);
    reports("{\"locked\": true}");
    assertThat(refused(move(40)).path("interlock").asString()).isEqualTo("locked");
    accepted(move(0));
  }

  @Test
  void theRateLimitHolds() {
    device("valve");
    accepted(server.post(commands, "{\"name\":\"beep\"}"));
    String second = accepted(server.post(commands, "{\"name\":\"beep\"}"));
    JsonNode problem = refused(server.post(commands, "{\"name\":\"beep\"}"));
    assertThat(problem.path("interlock").asString()).isEqualTo("rate-limit");
    assertThat(problem.path("detail").asString()).isEqualTo("2 within 1h (expected: <= 2)");
    expect(200, server.post("/api/v1/commands/" + second + "/cancel", ""));
    accepted(server.post(commands, "{\"name\":\"beep\"}"));
  }

  /** A device that was away: the situation may be another when it comes. */
  @Test
  void isJudgedAgainBeforeItIsSent() throws Exception {
    device("valve");
    measures(7.5);
    String waiting = accepted(move(40));
    measures(9.25);
    try (DownDevice device = connect("v1/" + id + "/commands/+")) {
      comesTo(waiting, "refused");
      assertThat(states(waiting)).containsExactly("created", "validated", "queued", "refused");
      assertThat(device.hearsNothing(300)).isTrue();
    }
  }

  @Test
  void aChangedProductHoldsForTheNextCommand() {
    expect(201, server.post("/api/v1/products", PRODUCT.formatted("changing")));
    device("changing");
    measures(9.25);
    refused(move(1));
    expect(
        200,
        server.put(
            "/api/v1/products/changing", PRODUCT.formatted("changing").replace("< 8", "< 10")));
    accepted(move(1));
  }

  @Test
  void twoPeopleMustApproveAndOneIsNotTwo() throws Exception {
    device("valve");
    reports("{\"busy\": false}");
    String wipe = accepted(anna.post(commands, "{\"name\":\"wipe\"}"));
    String approve = "/api/v1/commands/" + wipe + "/approve";
    assertThat(server.get("/api/v1/commands?state=awaiting-approval&device=" + id).toString())
        .contains(wipe);

    expect(403, server.post(approve, "")); // of no user: nobody
    expect(200, anna.post(approve, ""));
    assertThat(expect(409, anna.post(approve, "")).body()).contains("another person");
    assertThat(command(wipe).path("state").asString()).isEqualTo("awaiting-approval");
    expect(200, bert.post(approve, ""));

    assertThat(states(wipe))
        .containsExactly(
            "created",
            "awaiting-approval",
            "awaiting-approval",
            "awaiting-approval",
            "validated",
            "queued");
    assertThat(command(wipe).at("/steps/3/actor").asString()).isEqualTo("user:bert");
    assertThat(hasEvent("command.approved", "user:bert")).isTrue();
    try (DownDevice device = connect("v1/" + id + "/commands/+")) {
      assertThat(device.json("v1/" + id + "/commands/+").path("id").asString()).isEqualTo(wipe);
    }
  }

  @Test
  void theSecondApprovalIsJudgedByTheSituationThen() throws Exception {
    device("valve");
    reports("{\"busy\": false}");
    String wipe = accepted(server.post(commands, "{\"name\":\"wipe\"}"));
    String approve = "/api/v1/commands/" + wipe + "/approve";
    expect(200, anna.post(approve, ""));
    try (DownDevice device = connect()) {
      device.say("v1/" + id + "/twin/reported", "{\"busy\": true}");
    }
    eventually(
        BOUND,
        "it is busy",
        () -> server.get("/api/v1/devices/" + id + "/twin").toString().contains("\"busy\":true"));
    assertThat(refused(bert.post(approve, "")).path("interlock").asString()).isEqualTo("idle");
    assertThat(command(wipe).path("state").asString()).isEqualTo("refused");
  }

  @Test
  void whatNobodyApprovesExpires() {
    device("valve");
    reports("{\"busy\": false}");
    String soon = Instant.now().plusMillis(700).toString();
    String wipe =
        accepted(server.post(commands, "{\"name\":\"wipe\",\"deadline\":\"%s\"}".formatted(soon)));
    comesTo(wipe, "expired");
    assertThat(command(wipe).toString()).contains("not approved before its deadline");
  }

  @Test
  void theDeadManFallsBackToACommandWhenItIsNotRepeated() throws Exception {
    device("valve");
    try (DownDevice device = connect("v1/" + id + "/commands/+")) {
      for (int i = 0; i < 3; i++) { // repeated in time: nothing happens
        accepted(server.post(commands, "{\"name\":\"run\"}"));
        JsonNode run = device.json("v1/" + id + "/commands/+");
        assertThat(run.path("name").asString()).isEqualTo("run");
        device.say("v1/" + id + "/commands/" + run.path("id").asString() + "/ack", "");
        assertThat(device.hearsNothing(500)).isTrue();
      }
      JsonNode stop = device.json("v1/" + id + "/commands/+");
      assertThat(stop.path("name").asString()).isEqualTo("stop");
      JsonNode log = command(stop.path("id").asString());
      assertThat(log.path("issuer").asString()).isEqualTo("system");
      assertThat(log.path("lane").asString()).isEqualTo("priority");
      assertThat(log.at("/steps/0/why").asString()).contains("not repeated within 1s");
      assertThat(hasEvent("command.fell-back", "stop")).isTrue();
    }
  }

  @Test
  void theDeadManEndsWhenTheDeviceHasTheFallbackAnyway() throws Exception {
    device("valve");
    try (DownDevice device = connect("v1/" + id + "/commands/+")) {
      for (String name : List.of("run", "stop")) {
        accepted(server.post(commands, "{\"name\":\"%s\"}".formatted(name)));
        JsonNode down = device.json("v1/" + id + "/commands/+");
        device.say("v1/" + id + "/commands/" + down.path("id").asString() + "/ack", "");
      }
      assertThat(device.hearsNothing(1500)).isTrue();
    }
  }

  @Test
  void theDeadManFallsBackToADesiredState() throws Exception {
    device("valve");
    try (DownDevice device = connect("v1/" + id + "/commands/+", "v1/" + id + "/twin/desired")) {
      accepted(server.post(commands, "{\"name\":\"heat\"}"));
      JsonNode heat = device.json("v1/" + id + "/commands/+");
      device.say(
          "v1/" + id + "/commands/" + heat.path("id").asString() + "/result",
          "{\"status\":\"succeeded\"}");
      JsonNode desired = device.json("v1/" + id + "/twin/desired");
      assertThat(desired.at("/desired/heater").toString()).isEqualTo("false");
    }
  }

  @Test
  void whatWaitsForPeopleAndWhatIsArmedSurvivesARestart(@TempDir Path own) throws Exception {
    String wipe;
    try (RunningServer before = RunningServer.start(own)) {
      expect(201, before.post("/api/v1/products", PRODUCT.formatted("valve")));
      before.device("d9", "valve", "");
      wipe =
          accepted(
              before.post(
                  "/api/v1/devices/d9/commands",
                  "{\"name\":\"wipe\",\"deadline\":\"%s\"}"
                      .formatted(Instant.now().plusSeconds(300))));
      accepted(before.post("/api/v1/devices/d9/commands", "{\"name\":\"run\"}"));
      try (DownDevice device =
          DownDevice.connected(before.port("mqtt"), "d9", "v1/d9/commands/+")) {
        JsonNode run = device.json("v1/d9/commands/+");
        device.say("v1/d9/commands/" + run.path("id").asString() + "/ack", "");
      }
    }
    try (RunningServer after = RunningServer.start(own);
        DownDevice device = DownDevice.connected(after.port("mqtt"), "d9", "v1/d9/commands/+")) {
      assertThat(device.json("v1/d9/commands/+").path("name").asString()).isEqualTo("stop");
      assertThat(after.get("/api/v1/commands/" + wipe).path("state").asString())
          .isEqualTo("awaiting-approval");
    }
  }

  @Test
  void aDesiredFieldHasInterlocksTooAlsoInAGroup() {
    device("valve");
    String desired = "/api/v1/devices/" + id + "/twin/desired";
    measures(7.5);
    server.patch(desired, "{\"valve\":{\"position\":90},\"mode\":\"eco\"}");
    JsonNode problem = refused(server.patched(desired, "{\"valve\":{\"position\":91}}"));
    assertThat(problem.path("interlock").asString()).isEqualTo("range");
    assertThat(problem.at("/seen/value").asDouble()).isEqualTo(91);
    measures(9.25);
    server.patch(desired, "{\"mode\":\"full\"}"); // no actuator's
    assertThat(refused(server.patched(desired, "{\"valve\":null}")).path("interlock").asString())
        .isEqualTo("pressure");
    assertThat(hasEvent("interlock.refused", "pressure")).isTrue();

    JsonNode group =
        JSON.readTree(
            expect(
                    200,
                    server.post(
                        "/api/v1/twins/desired",
                        "{\"group\":\"all\",\"product\":\"valve\",\"desired\":{\"valve\":{\"position\":3}}}"))
                .body());
    assertThat(group.path("refused").toString()).contains(id + ": pressure: The line");
    assertThat(server.get("/api/v1/devices/" + id + "/twin").path("desired").toString())
        .contains("90");
  }

  @Test
  void aTemplateIsHeldUpTooUntilItsInterlockHolds() {
    expect(
        201,
        server.post(
            "/api/v1/products",
            PRODUCT
                .formatted("templated")
                .replace(
                    "\"twin\": {", "\"twin\": {\"defaults\": {\"valve\": {\"position\": 10}},")));
    device("templated");
    eventually(
        BOUND, "it is refused", () -> hasEvent("interlock.refused", "pressure.value is missing"));
    assertThat(server.get("/api/v1/devices/" + id + "/twin").path("desired").isEmpty()).isTrue();
    measures(3.25);
    try (DownDevice device = connect("v1/" + id + "/twin/desired")) {
      eventually(
          BOUND,
          "it is made when the device comes",
          () ->
              server
                  .get("/api/v1/devices/" + id + "/twin")
                  .path("desired")
                  .toString()
                  .contains("10"));
      assertThat(device.reason("v1/" + id + "/twin/reported", "{}")).isZero();
    }
  }

  @Test
  void aProductWithAConditionThatCannotBeIsNotSaved() {
    assertThat(rejected("readings.presure.value < 8"))
        .contains("commands.move.overpressure.expression: at 1:9 undefined field 'presure'")
        .contains("pressure");
    assertThat(rejected("readings.pressure.value")).contains("is a number (expected: true or");
    assertThat(rejected("readings.pressure.value < 'x'")).contains("(double, string)");
    assertThat(rejected("reported.a.all(x, reported.b.all(y, x == y))")).contains("too costly");
    assertThat(rejected("args.speed < 3")).contains("expected: one of position");
    expect(
        400,
        server.post(
            "/api/v1/products",
            PRODUCT.formatted("bad").replace("\"command\": \"stop\"", "\"command\": \"halt\"")));
  }

  private static String rejected(String expression) {
    return expect(
            400,
            server.post(
                "/api/v1/products",
                PRODUCT.formatted("bad").replaceFirst("readings.pressure.value < 8", expression)))
        .body();
  }
}
