package io.vagus.server;

import static io.vagus.server.RunningServer.expect;
import static io.vagus.testkit.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Commands through the sockets of a whole server, with the faults of the way. */
@Timeout(180)
class CommandTest {
  static final String VALVE =
      """
      {"id": "valve", "commands": {
        "move": {
          "arguments": {"position": {"type": "integer", "min": 0, "max": 100}},
          "required": ["position"],
          "effect": {"field": "/valve/position", "argument": "position"}},
        "beep": {},
        "stop": {"lane": "priority"}}}
      """;
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String COMMANDS = "/api/v1/devices/d1/commands";
  private static final String DOWN = "v1/d1/commands/+";
  private static final String ANY = "v1/d1/commands/[^/]+";

  @TempDir Path data;
  private RunningServer server;

  @BeforeEach
  void start() {
    server = RunningServer.start(data);
    expect(201, server.post("/api/v1/products", VALVE));
    device("d1", "");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void device(String id, String more) {
    server.device(id, "valve", more);
  }

  private JsonNode send(String body) {
    return JSON.readTree(expect(202, server.post(COMMANDS, body)).body());
  }

  private String beep() {
    return send("{\"name\":\"beep\"}").path("id").asText();
  }

  private JsonNode command(String id) {
    return server.get("/api/v1/commands/" + id);
  }

  private List<String> states(String id) {
    return StreamSupport.stream(command(id).path("steps").spliterator(), false)
        .map(step -> step.path("state").asText())
        .toList();
  }

  private void comesTo(String id, String state) {
    eventually(BOUND, id + " is " + state, () -> command(id).path("state").asText().equals(state));
  }

  private DownDevice connect(String... filters) {
    return DownDevice.connected(server.port("mqtt"), "d1", filters);
  }

  private static void ack(DownDevice device, JsonNode command) {
    device.say(topic(command, "ack"), "{\"seq\":%d}".formatted(command.path("seq").asLong()));
  }

  private static void succeed(DownDevice device, JsonNode command) {
    device.say(topic(command, "result"), "{\"status\":\"succeeded\",\"output\":{\"took\":3}}");
  }

  private static String topic(JsonNode command, String what) {
    return "v1/d1/commands/" + command.path("id").asText() + "/" + what;
  }

  @Test
  void goesThroughEveryStateWithItsTimeAndActor() throws Exception {
    try (DownDevice device = connect(DOWN)) {
      String id = beep();
      JsonNode down = device.json(ANY);
      assertThat(down.path("id").asText()).isEqualTo(id);
      assertThat(down.path("name").asText()).isEqualTo("beep");
      assertThat(down.path("lane").asText()).isEqualTo("normal");
      assertThat(down.path("expiresInMs").asLong()).isBetween(30_000L, 60_000L);
      ack(device, down);
      succeed(device, down);

      comesTo(id, "succeeded");
      assertThat(states(id))
          .containsExactly("created", "validated", "queued", "sent", "acknowledged", "succeeded");
      JsonNode command = command(id);
      assertThat(command.path("issuer").asText()).isEqualTo("token:admin");
      assertThat(command.at("/steps/4/actor").asText()).isEqualTo("device:d1");
      assertThat(command.at("/result/output/took").asInt()).isEqualTo(3);
      assertThat(command.has("deliveredAt")).isTrue();
      assertThat(command.has("executedAt")).isTrue();
      assertThat(command.has("verifiedAt")).isFalse();
      JsonNode event = server.get("/api/v1/devices/d1/history").path("items").path(0);
      assertThat(event.path("type").asText()).isEqualTo("command.created");
    }
  }

  /** Delivered, executed and verified are three things. */
  @Test
  void hasSucceededOnlyWhenReportedStateShowsIt() throws Exception {
    try (DownDevice device = connect(DOWN)) {
      String id = send("{\"name\":\"move\",\"arguments\":{\"position\":40}}").path("id").asText();
      JsonNode down = device.json(ANY);
      succeed(device, down);
      assertThat(command(id).path("state").asText()).isEqualTo("acknowledged");
      assertThat(command(id).has("executedAt")).isTrue();
      device.say("v1/d1/twin/reported", "{\"valve\":{\"position\":39}}");
      device.say("v1/d1/twin/reported", "{\"valve\":{\"position\":40}}");
      comesTo(id, "succeeded");
      assertThat(command(id).has("verifiedAt")).isTrue();
    }
  }

  @Test
  void refusesWhatTheModelDoesNotAllow() {
    for (String bad :
        List.of(
            "{\"name\":\"explode\"}",
            "{\"name\":\"move\"}",
            "{\"name\":\"move\",\"arguments\":{\"position\":101}}",
            "{\"name\":\"move\",\"arguments\":{\"position\":\"up\"}}",
            "{\"name\":\"move\",\"arguments\":{\"position\":1,\"speed\":2}}",
            "{\"name\":\"beep\",\"deadline\":\"2020-01-01T00:00:00Z\"}",
            "{\"name\":\"beep\",\"deadline\":\"soon\"}")) {
      assertThat(server.post(COMMANDS, bad).statusCode()).as(bad).isEqualTo(400);
    }
    assertThat(server.get(COMMANDS).path("items")).isEmpty();
  }

  @Test
  void waitsForADeviceThatIsNotThereAndComesInOrder() throws Exception {
    List<String> ids = IntStream.range(0, 3).mapToObj(i -> beep()).toList();
    String urgent = send("{\"name\":\"stop\"}").path("id").asText();
    assertThat(states(ids.getFirst())).endsWith("queued");
    try (DownDevice device = connect(DOWN)) {
      JsonNode first = device.json(ANY);
      JsonNode second = device.json(ANY);
      assertThat(List.of(first.path("id").asText(), second.path("id").asText()))
          .containsExactly(urgent, ids.getFirst());
      assertThat(device.hearsNothing(300)).isTrue(); // until the one before is acknowledged
      ack(device, second);
      JsonNode third = device.json(ANY);
      ack(device, third);
      JsonNode fourth = device.json(ANY);
      assertThat(List.of(third.path("id").asText(), fourth.path("id").asText()))
          .containsExactly(ids.get(1), ids.get(2));
      assertThat(third.path("seq").asLong()).isGreaterThan(second.path("seq").asLong());
      assertThat(fourth.path("seq").asLong()).isGreaterThan(third.path("seq").asLong());
    }
  }

  /** It is known as gone before a command is in vain handed over. */
  @Test
  void isNotNotedAsSentToADeviceThatLeft() throws Exception {
    try (DownDevice device = connect(DOWN)) {
      String before = beep();
      succeed(device, device.json(ANY));
      comesTo(before, "succeeded");
    }
    eventually(
        BOUND,
        "it is known as gone",
        () -> {
          String id = beep();
          boolean known = states(id).equals(List.of("created", "validated", "queued"));
          server.post("/api/v1/commands/" + id + "/cancel", "");
          return known;
        });
    String waits = beep();
    assertThat(states(waits)).containsExactly("created", "validated", "queued");
    try (DownDevice device = connect(DOWN)) {
      assertThat(device.json(ANY).path("id").asText()).isEqualTo(waits);
    }
  }

  @Test
  void isNotSentByWhoMayOnlyRead() {
    String reader =
        JSON.readTree(
                expect(
                        201,
                        server.post(
                            "/api/v1/tokens", "{\"name\":\"r\",\"scopes\":[\"readings.read\"]}"))
                    .body())
            .path("token")
            .asText();
    for (String name : List.of("log.pull", "log.level", "beep")) {
      assertThat(server.as(reader, "POST", COMMANDS, "{\"name\":\"" + name + "\"}").body())
          .as(name)
          .contains("command.send");
    }
    assertThat(server.get(COMMANDS).path("items")).isEmpty();
  }

  @Test
  void expiresUnsentAndNeverArrives() throws Exception {
    String deadline = Instant.now().plusMillis(600).toString();
    String id =
        send("{\"name\":\"beep\",\"deadline\":\"%s\"}".formatted(deadline)).path("id").asText();
    comesTo(id, "expired");
    try (DownDevice device = connect(DOWN)) {
      assertThat(device.hearsNothing(300)).isTrue();
    }
    assertThat(states(id)).containsExactly("created", "validated", "queued", "expired");
  }

  /** The network cut between sent and acknowledged: the same command comes again. */
  @Test
  void comesAgainWithTheSameNumberWhenItWasNotAcknowledged() throws Exception {
    String id = beep();
    JsonNode first;
    try (DownDevice device = connect(DOWN)) {
      first = device.json(ANY);
    }
    try (DownDevice device = connect(DOWN)) {
      JsonNode again = device.json(ANY);
      assertThat(again.path("id").asText()).isEqualTo(id);
      assertThat(again.path("seq").asLong()).isEqualTo(first.path("seq").asLong());
      ack(device, again);
    }
    // And between acknowledged and its result: it does not come again.
    try (DownDevice device = connect(DOWN)) {
      assertThat(device.hearsNothing(300)).isTrue();
      succeed(device, first);
    }
    comesTo(id, "succeeded");
  }

  @Test
  void isUnknownWhenADeviceFallsSilentAndALateResultSettlesIt() throws Exception {
    String deadline = Instant.now().plusMillis(1500).toString();
    String id =
        send("{\"name\":\"beep\",\"deadline\":\"%s\"}".formatted(deadline)).path("id").asText();
    JsonNode down;
    try (DownDevice device = connect(DOWN)) {
      down = device.json(ANY);
    }
    comesTo(id, "unknown");
    try (DownDevice device = connect(DOWN)) {
      assertThat(device.hearsNothing(300)).isTrue();
      succeed(device, down);
    }
    comesTo(id, "succeeded");
  }

  /** One is done, one has its effect seen, one is never acknowledged, one was never sent. */
  @Test
  void aMissingAcknowledgementAfterTheDeadlineIsAFailureOfTheSuccessRate() throws Exception {
    String silent;
    try (DownDevice device = connect(DOWN)) {
      String done = beep();
      succeed(device, device.json(ANY));
      comesTo(done, "succeeded");
      String moved =
          send("{\"name\":\"move\",\"arguments\":{\"position\":40}}").path("id").asText();
      JsonNode down = device.json(ANY);
      ack(device, down);
      succeed(device, down);
      device.say("v1/d1/twin/reported", "{\"valve\":{\"position\":40}}");
      comesTo(moved, "succeeded");
      silent =
          send("{\"name\":\"beep\",\"deadline\":\"%s\"}".formatted(Instant.now().plusMillis(700)))
              .path("id")
              .asText();
      device.json(ANY);
      comesTo(silent, "unknown");
    }
    eventually(
        BOUND,
        "it left",
        () -> server.get("/api/v1/overview").path("devices").path("connected").asInt(1) == 0);
    String unsent =
        send("{\"name\":\"beep\",\"deadline\":\"%s\"}".formatted(Instant.now().plusMillis(300)))
            .path("id")
            .asText();
    comesTo(unsent, "expired");
    String withdrawn = beep();
    server.post("/api/v1/commands/" + withdrawn + "/cancel", "");

    JsonNode told = server.get("/api/v1/commands/success");
    assertThat(told.toString())
        .isEqualTo(
            """
            {"counted":4,"succeeded":2,"failed":0,"expired":1,"cancelled":1,"unknown":1,\
            "refused":0,"delivered":2,"executed":2,"effects":1,"verified":1,\
            "deliveredShare":0.5,"executedShare":0.5,"verifiedShare":1,"successShare":0.5,\
            "target":0.99}\
            """);
    assertThat(server.get("/api/v1/commands/success?device=d2").path("counted").asInt()).isZero();
    assertThat(metric("delivered", "bad")).isEqualTo(2);
    assertThat(metric("succeeded", "good")).isEqualTo(2);
    assertThat(metric("succeeded", "bad")).isEqualTo(2);
    assertThat(metric("verified", "good")).isEqualTo(1);

    // It comes late: the log knows better, and the objective was missed all the same.
    try (DownDevice device = connect(DOWN)) {
      device.say("v1/d1/commands/" + silent + "/result", "{\"status\":\"succeeded\"}");
      comesTo(silent, "succeeded");
    }
    assertThat(metric("succeeded", "bad")).isEqualTo(2);
    assertThat(metric("succeeded", "good")).isEqualTo(2);
  }

  private int metric(String stage, String outcome) {
    return server
        .text("/metrics")
        .lines()
        .filter(line -> line.startsWith("vagus_command_outcomes_total"))
        .filter(line -> line.contains("\"" + stage + "\"") && line.contains("\"" + outcome + "\""))
        .mapToInt(line -> (int) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Test
  void shuffledAndRepeatedAnswersChangeNothing() throws Exception {
    try (DownDevice device = connect(DOWN)) {
      String id = beep();
      JsonNode down = device.json(ANY);
      succeed(device, down);
      ack(device, down);
      succeed(device, down);
      device.say(topic(down, "result"), "{\"status\":\"failed\"}");
      ack(device, down);
      comesTo(id, "succeeded");
      assertThat(states(id))
          .containsExactly("created", "validated", "queued", "sent", "acknowledged", "succeeded");
      assertThat(server.text("/metrics"))
          .contains(
              "vagus_command_answers_total{outcome=\"accepted\"} 1.0",
              "vagus_command_answers_total{outcome=\"duplicate\"} 4.0");
    }
  }

  @Test
  void aDeviceRestartsAmidACommand() throws Exception {
    String id = beep();
    try (DownDevice device = connect(DOWN)) {
      ack(device, device.json(ANY));
    }
    try (DownDevice device = connect(DOWN)) {
      device.say("v1/d1/commands/" + id + "/result", "{\"status\":\"unknown\"}");
    }
    comesTo(id, "unknown");
  }

  @Test
  void noDeviceAnswersAnothersCommand() throws Exception {
    device("d2", "");
    String id = beep();
    try (DownDevice device = connect(DOWN);
        DownDevice other = DownDevice.connected(server.port("mqtt"), "d2", "v1/d2/errors")) {
      device.json(ANY);
      assertThat(other.reason("v1/d1/commands/" + id + "/ack", "")).isEqualTo(0x87);
      assertThat(other.reason("v1/d2/commands/" + id + "/ack", "")).isEqualTo(0x83);
      assertThat(other.json("v1/d2/errors").path("code").asText()).isEqualTo("command-unknown");
      assertThat(other.reason("v1/d2/commands/" + id + "/result", "{}")).isEqualTo(0x99);
    }
    assertThat(states(id)).endsWith("sent");
  }

  /** Never sent: nobody can have it. */
  @Test
  void refusesAnAnswerToWhatWasNotSent() {
    String id = beep();
    try (DownDevice device = connect()) {
      assertThat(device.reason("v1/d1/commands/" + id + "/ack", "")).isEqualTo(0x83);
    }
  }

  @Test
  void ofTwoOperatorsOneWinsAndTheOtherIsToldWho() {
    String tag =
        server.as(server.token(), "GET", COMMANDS, "").headers().firstValue("ETag").orElseThrow();
    assertThat(ifMatch(tag).statusCode()).isEqualTo(202);
    HttpResponse<String> second = ifMatch(tag);
    assertThat(second.statusCode()).isEqualTo(412);
    assertThat(second.body()).contains("token:admin sent d1 another command meanwhile");
    assertThat(server.get(COMMANDS).path("items")).hasSize(1);
  }

  private HttpResponse<String> ifMatch(String tag) {
    return server.post(COMMANDS, "{\"name\":\"beep\"}", "If-Match", tag);
  }

  @Test
  void theSameKeyIsTheSameCommand() {
    HttpResponse<String> first = keyed("{\"name\":\"beep\"}");
    HttpResponse<String> second = keyed("{\"name\":\"beep\"}");
    assertThat(second.statusCode()).isEqualTo(202);
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(keyed("{\"name\":\"stop\"}").statusCode()).isEqualTo(409);
    assertThat(server.get(COMMANDS).path("items")).hasSize(1);
  }

  private HttpResponse<String> keyed(String body) {
    return server.post(COMMANDS, body, "Idempotency-Key", "k1");
  }

  @Test
  void cancelsWhatWasNotSentAndNothingElse() throws Exception {
    String id = beep();
    assertThat(server.post("/api/v1/commands/" + id + "/cancel", "").statusCode()).isEqualTo(200);
    String other = beep();
    try (DownDevice device = connect(DOWN)) {
      assertThat(device.json(ANY).path("id").asText()).isEqualTo(other);
      HttpResponse<String> late = server.post("/api/v1/commands/" + other + "/cancel", "");
      assertThat(late.statusCode()).isEqualTo(409);
      assertThat(late.body()).contains("is sent (expected: queued");
    }
  }

  @Test
  void goesByLongPollToADeviceThatHasNoMqtt() {
    assertThat(asDevice("/v1/d1/commands", "").statusCode()).isEqualTo(204);
    CompletableFuture<HttpResponse<String>> poll =
        CompletableFuture.supplyAsync(() -> asDevice("/v1/d1/commands?wait=30", ""));
    String id = beep();
    JsonNode down = JSON.readTree(poll.join().body()).path(0);
    assertThat(down.path("id").asText()).isEqualTo(id);
    // The answer got lost: the next poll has it again.
    JsonNode again = JSON.readTree(asDevice("/v1/d1/commands", "").body()).path(0);
    assertThat(again.path("seq").asLong()).isEqualTo(down.path("seq").asLong());
    String path = "/v1/d1/commands/" + id;
    assertThat(asDevice(path + "/ack", "{}").statusCode()).isEqualTo(200);
    assertThat(asDevice("/v1/d1/commands", "").statusCode()).isEqualTo(204);
    assertThat(asDevice(path + "/result", "{\"status\":\"succeeded\"}").statusCode())
        .isEqualTo(200);
    assertThat(asDevice(path + "/result", "{\"status\":\"done\"}").statusCode()).isEqualTo(422);
    assertThat(asDevice("/v1/d1/commands/none/ack", "{}").statusCode()).isEqualTo(404);
    comesTo(id, "succeeded");
    String next = beep();
    assertThat(states(next))
        .as("nobody asks for it")
        .containsExactly("created", "validated", "queued");
    assertThat(asDevice("/v1/d1/commands", "").body()).contains(next);
  }

  @Test
  void goesThroughAGateway() throws Exception {
    device("leaf", ",\"gateway\":\"d1\"");
    String path = "/api/v1/devices/leaf/commands";
    String id =
        JSON.readTree(expect(202, server.post(path, "{\"name\":\"beep\"}")).body())
            .path("id")
            .asText();
    try (DownDevice gateway = connect("v1/d1/via/+/commands/+")) {
      JsonNode down = gateway.json("v1/d1/via/leaf/commands/[^/]+");
      assertThat(down.path("id").asText()).isEqualTo(id);
      gateway.say("v1/d1/via/leaf/commands/" + id + "/result", "{\"status\":\"succeeded\"}");
    }
    comesTo(id, "succeeded");
  }

  @Test
  void isWatchedLive() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<java.io.InputStream> live =
          client.send(
              HttpRequest.newBuilder(
                      URI.create(server.httpUrl() + "/api/v1/commands/live?device=d1"))
                  .header("Authorization", "Bearer " + server.token())
                  .build(),
              HttpResponse.BodyHandlers.ofInputStream());
      try (BufferedReader lines = new BufferedReader(new InputStreamReader(live.body(), UTF_8))) {
        lines.readLine();
        String id = beep();
        String line = lines.readLine();
        while (!line.startsWith("data:")) {
          line = lines.readLine();
        }
        JsonNode seen = JSON.readTree(line.substring(5));
        assertThat(seen.path("id").asText()).isEqualTo(id);
        assertThat(seen.path("state").asText()).isEqualTo("queued");
      }
    }
  }

  /** The server's crash between each pair of states; the device keeps what the contract asks. */
  @Test
  void killedAmidCommandsItActsOnEachOnce() throws Exception {
    server.close();
    Path other = data.resolve("other");
    try (ServerProcess process = ServerProcess.start(other)) {
      server = RunningServer.of(process, other);
      expect(201, server.post("/api/v1/products", VALVE));
      device("d1", "");
      String unsent = beep();
      process.kill();
      assertThat(unsent).isNotEmpty();
    }
    ExecutingDevice memory = new ExecutingDevice();
    for (int kill = 0; kill < 3; kill++) {
      try (ServerProcess process = ServerProcess.start(other)) {
        server = RunningServer.of(process, other);
        beep();
        try (DownDevice device = connect(DOWN)) {
          memory.handle(device, device.json(ANY), kill);
          process.kill();
        } catch (RuntimeException e) {
          assertThat(process.isAlive()).as("the kill cut the connection").isFalse();
        }
      }
    }
    try (ServerProcess process = ServerProcess.start(other)) {
      server = RunningServer.of(process, other);
      try (DownDevice device = connect(DOWN)) {
        eventually(
            BOUND,
            "all are over",
            () -> {
              memory.handleAll(device);
              return StreamSupport.stream(server.get(COMMANDS).path("items").spliterator(), false)
                  .allMatch(c -> c.has("executedAt"));
            });
      }
      assertThat(memory.executions()).allMatch(times -> times == 1).hasSize(4);
    }
    server = RunningServer.start(data.resolve("last"));
  }

  /** A GET without a body. */
  private HttpResponse<String> asDevice(String path, String body) {
    return server.asDevice("d1", body.isEmpty() ? "GET" : "POST", path, body);
  }
}
