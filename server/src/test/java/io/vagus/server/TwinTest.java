package io.vagus.server;

import static io.vagus.server.RunningServer.expect;
import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Desired and reported state through the sockets of a whole server. */
@Timeout(120)
class TwinTest {
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String TWIN = "/api/v1/devices/d1/twin";
  private static final String DESIRED = "v1/d1/twin/desired";
  private static final String REPORTED = "v1/d1/twin/reported";

  @TempDir Path data;
  private RunningServer server;

  @BeforeEach
  void start() {
    server = RunningServer.start(data);
    expect(
        201,
        server.post(
            "/api/v1/products",
            "{\"id\":\"valve\",\"twin\":{\"conflicts\":{\"/hand\":\"device\",\"/mode\":\"newest\"}}}"));
    device("d1", "");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void device(String id, String more) {
    server.device(id, "valve", more);
  }

  private JsonNode desire(String patch) {
    return server.patch(TWIN + "/desired", patch);
  }

  private DownDevice connect(String id, String... filters) throws Exception {
    return DownDevice.connected(server.port("mqtt"), id, filters);
  }

  private void sync(String state) {
    eventually(
        BOUND, "sync is " + state, () -> server.get(TWIN).path("sync").asText().equals(state));
  }

  @Test
  void goesDownOnConnectAsAWholeAndOnChangeAsADelta() throws Exception {
    desire("{\"valve\":{\"position\":40},\"note\":\"%s\"}".formatted("x".repeat(200)));
    try (DownDevice device = connect("d1", DESIRED)) {
      JsonNode whole = device.json(DESIRED);
      assertThat(whole.path("version").asInt()).isEqualTo(1);
      assertThat(whole.path("desired").path("valve").path("position").asInt()).isEqualTo(40);

      desire("{\"valve\":{\"position\":60}}");
      JsonNode delta = device.json(DESIRED);
      assertThat(delta.path("version").asInt()).isEqualTo(2);
      assertThat(delta.path("base").asInt()).isEqualTo(1);
      assertThat(delta.path("delta").toString()).isEqualTo("{\"valve\":{\"position\":60}}");

      device.say("v1/d1/twin/desired/get", "");
      assertThat(device.json(DESIRED).has("desired")).isTrue();
    }
    try (DownDevice device = connect("d1", "v1/d1/#")) {
      assertThat(device.json(DESIRED).path("version").asInt()).isEqualTo(2);
    }
  }

  @Test
  void isBehindUntilTheDeviceReportsThatItFollows() throws Exception {
    desire("{\"valve\":{\"position\":40}}");
    sync("behind");
    try (DownDevice device = connect("d1", DESIRED)) {
      device.json(DESIRED);
      device.say(REPORTED, "{\"desiredVersion\":1,\"reported\":{\"valve\":{\"position\":39}}}");
      sync("differs");
      assertThat(server.get(TWIN).path("delta").toString())
          .isEqualTo("{\"valve\":{\"position\":40}}");
      device.say(REPORTED, "{\"valve\":{\"position\":40.0}}");
      sync("follows");
      assertThat(server.text("/metrics"))
          .contains("vagus_twin_sync_lag_seconds_count 1", "vagus_twin_behind 0.0");
      assertThat(server.get(TWIN).path("stale").asBoolean()).isFalse();
    }
    eventually(BOUND, "it is stale", () -> server.get(TWIN).path("stale").asBoolean());
    assertThat(server.get(TWIN).path("ageSeconds").asDouble()).isNotNegative();
    server.requireDecided(Map.of("accepted", 2));
  }

  @Test
  void outOfOrderReportsLeaveTheNewest() throws Exception {
    try (DownDevice device = connect("d1")) {
      device.say(
          REPORTED,
          "{\"time\":\"2026-11-25T10:00:02Z\",\"reported\":{\"valve\":{\"position\":2}}}");
      device.say(
          REPORTED,
          "{\"time\":\"2026-11-25T10:00:01Z\",\"reported\":{\"valve\":{\"position\":1},\"a\":1}}");
    }
    server.requireDecided(Map.of("accepted", 2));
    assertThat(server.get(TWIN).path("reported").toString())
        .isEqualTo("{\"a\":1,\"valve\":{\"position\":2}}");
  }

  @Test
  void refusesAReportThatIsNone() throws Exception {
    try (DownDevice device = connect("d1", "v1/d1/errors")) {
      assertThat(device.reason(REPORTED, "[1]")).isEqualTo(0x99);
      assertThat(device.json("v1/d1/errors").path("code").asText()).isEqualTo("payload-malformed");
    }
    server.requireDecided(Map.of("deadLettered", 1));
  }

  @Test
  void ofTwoOperatorsOneWins() {
    desire("{\"mode\":\"eco\"}");
    assertThat(ifMatch(1, "{\"mode\":\"off\"}").statusCode()).isEqualTo(200);
    HttpResponse<String> second = ifMatch(1, "{\"mode\":\"on\"}");
    assertThat(second.statusCode()).isEqualTo(412);
    assertThat(second.body()).contains("version: 2 (expected: 1");
  }

  @Test
  void refusesADocumentPastItsBound() {
    HttpResponse<String> answer = ifMatch(0, "{\"a\":\"%s\"}".formatted("x".repeat(17_000)));
    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(answer.body()).contains("desired: 17008 bytes (expected: <= 16384)");
  }

  private HttpResponse<String> ifMatch(int version, String body) {
    String tag = "\"" + version + "\"";
    return server.as(server.token(), "PATCH", TWIN + "/desired", body, "If-Match", tag);
  }

  private HttpResponse<String> asDevice(String id, String path) {
    return server.asDevice(id, "GET", path, "");
  }

  @Test
  void waitsByHttpForTheNextVersion() {
    assertThat(asDevice("d1", "/v1/d1/twin/desired?after=0").statusCode()).isEqualTo(204);
    CompletableFuture<HttpResponse<String>> poll =
        CompletableFuture.supplyAsync(() -> asDevice("d1", "/v1/d1/twin/desired?after=0&wait=30"));
    desire("{\"mode\":\"eco\"}");
    HttpResponse<String> answer = poll.join();
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(JSON.readTree(answer.body()).path("version").asInt()).isEqualTo(1);
    assertThat(asDevice("d1", "/v1/d1/twin/desired?wait=x").statusCode()).isEqualTo(400);
  }

  @Test
  void givesByHttpADeltaOnWhatTheDeviceHolds() {
    desire("{\"mode\":\"eco\",\"note\":\"%s\"}".formatted("x".repeat(200)));
    assertThat(asDevice("d1", "/v1/d1/twin/desired").body()).contains("\"desired\"");
    desire("{\"mode\":\"off\"}");
    JsonNode delta = JSON.readTree(asDevice("d1", "/v1/d1/twin/desired?after=1").body());
    assertThat(delta.path("base").asInt()).isEqualTo(1);
    assertThat(delta.path("version").asInt()).isEqualTo(2);
    assertThat(delta.path("delta").toString()).isEqualTo("{\"mode\":\"off\"}");
    assertThat(asDevice("d1", "/v1/d1/twin/desired?after=1").body())
        .as("it holds another than it was given last")
        .contains("\"desired\"");
    assertThat(asDevice("d1", "/v1/d1/twin/desired").body()).contains("\"desired\"");
  }

  @Test
  void noDeviceReachesAnothers() throws Exception {
    device("d2", "");
    desire("{\"mode\":\"eco\"}");
    assertThat(asDevice("d2", "/v1/d1/twin/desired").statusCode()).isEqualTo(403);
    try (DownDevice other = connect("d2")) {
      assertThat(other.reason("v1/d1/twin/desired/get", "")).isEqualTo(0x87);
      assertThat(other.reason(REPORTED, "{}")).isEqualTo(0x87);
    }
  }

  @Test
  void goesThroughAGatewayThatListens() throws Exception {
    device("leaf", ",\"gateway\":\"d1\"");
    server.patch("/api/v1/devices/leaf/twin/desired", "{\"mode\":\"eco\"}");
    try (DownDevice gateway = connect("d1", "v1/d1/via/+/twin/desired")) {
      assertThat(gateway.json("v1/d1/via/leaf/twin/desired").path("version").asInt()).isEqualTo(1);
      gateway.say("v1/d1/via/leaf/twin/reported", "{\"mode\":\"eco\"}");
    }
    eventually(
        BOUND,
        "the leaf follows",
        () -> server.get("/api/v1/devices/leaf/twin").path("sync").asText().equals("follows"));
  }

  /** Each field by its own rule: the device's, whichever is later, the platform's. */
  @Test
  void afterAnOfflineSpellEachFieldGoesByItsRule() throws Exception {
    desire("{\"hand\":1,\"mode\":\"a\",\"limit\":1}");
    try (DownDevice device = connect("d1")) {
      device.say(REPORTED, "{\"hand\":1,\"mode\":\"a\",\"limit\":1}");
    }
    sync("follows");
    desire("{\"hand\":2,\"mode\":\"b\",\"limit\":2}");
    try (DownDevice device = connect("d1")) {
      device.say(REPORTED, "{\"hand\":7,\"mode\":\"c\",\"limit\":7}");
    }
    eventually(
        BOUND,
        "the device's values are taken over",
        () ->
            server
                .get(TWIN)
                .path("desired")
                .toString()
                .equals("{\"hand\":7,\"limit\":2,\"mode\":\"c\"}"));
    JsonNode last = server.get("/api/v1/devices/d1/history").path("items").path(0);
    assertThat(last.path("actor").asText()).isEqualTo("device:d1");
  }

  /** A desired change over a group: how far it is, and who does not follow. */
  @Test
  void aGroupIsToldTogetherAndThoseThatDoNotFollowAreListed() throws Exception {
    expect(201, server.post("/api/v1/products", "{\"id\":\"lamp\"}"));
    expect(200, server.put("/api/v1/groups/street", "{\"name\":\"Street\"}"));
    for (String id : java.util.List.of("s1", "s2", "s3")) {
      device(id, ",\"group\":\"street\"");
    }
    HttpResponse<String> told =
        server.post("/api/v1/twins/desired", "{\"group\":\"street\",\"desired\":{\"rateHz\":5}}");
    assertThat(JSON.readTree(expect(200, told).body()).path("changed").asInt()).isEqualTo(3);
    try (DownDevice first = connect("s1", "v1/s1/twin/desired");
        DownDevice second = connect("s2", "v1/s2/twin/desired")) {
      first.json("v1/s1/twin/desired");
      first.say("v1/s1/twin/reported", "{\"rateHz\":5}");
      second.json("v1/s2/twin/desired");
      second.say("v1/s2/twin/reported", "{\"desiredVersion\":1,\"reported\":{\"rateHz\":1}}");
    }
    eventually(
        BOUND,
        "two have answered",
        () -> {
          JsonNode progress = server.get("/api/v1/twins/progress?group=street");
          return progress.path("follows").asInt() == 1 && progress.path("differs").asInt() == 1;
        });
    assertThat(server.get("/api/v1/twins?group=street&sync=behind").at("/items/0/device").asText())
        .isEqualTo("s3");
    assertThat(server.get("/api/v1/twins?group=street&sync=differs").at("/items/0/device").asText())
        .isEqualTo("s2");
  }

  /** What would be, with the rules of the product, and nothing of it at the device. */
  @Test
  void aCopyShowsWhatAChangeWouldDoAndTouchesNothing() throws Exception {
    desire("{\"mode\":\"eco\",\"hand\":1}");
    try (DownDevice device = connect("d1", DESIRED)) {
      device.json(DESIRED);
      device.say(REPORTED, "{\"mode\":\"eco\",\"hand\":1}");
      sync("follows");
      JsonNode made = JSON.readTree(expect(201, server.post(TWIN + "/copies", "")).body());
      assertThat(made.path("follows").asBoolean()).isTrue();
      String copy = "/api/v1/twins/copies/" + made.path("id").asText();

      JsonNode wished = server.patch(copy, "{\"desired\":{\"mode\":\"off\"}}");
      assertThat(wished.path("delta").toString()).isEqualTo("{\"mode\":\"off\"}");
      assertThat(wished.path("follows").asBoolean()).isFalse();
      JsonNode said = server.patch(copy, "{\"reported\":{\"mode\":\"off\",\"hand\":2,\"x\":1}}");
      assertThat(said.path("taken").toString()).isEqualTo("{\"hand\":2}");
      assertThat(said.path("desired").toString()).isEqualTo("{\"hand\":2,\"mode\":\"off\"}");
      assertThat(said.path("follows").asBoolean()).isTrue();

      assertThat(device.hearsNothing(300)).isTrue();
      assertThat(server.get(TWIN).path("version").asInt()).isEqualTo(1);
      assertThat(server.get(TWIN).path("reported").toString())
          .isEqualTo("{\"hand\":1,\"mode\":\"eco\"}");
      expect(204, server.as(server.token(), "DELETE", copy, ""));
      assertThat(server.as(server.token(), "GET", copy, "").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void survivesARestart() throws Exception {
    desire("{\"mode\":\"eco\"}");
    try (DownDevice device = connect("d1")) {
      device.say(REPORTED, "{\"mode\":\"eco\"}");
    }
    sync("follows");
    String at = java.time.Instant.now().toString();
    desire("{\"mode\":\"off\"}");
    try (DownDevice device = connect("d1")) {
      device.say(REPORTED, "{\"mode\":\"off\",\"a\":1}");
    }
    sync("follows");
    server.close();
    server = RunningServer.start(data);
    JsonNode twin = server.get(TWIN);
    assertThat(twin.path("sync").asText()).isEqualTo("follows");
    assertThat(twin.path("reported").toString()).isEqualTo("{\"a\":1,\"mode\":\"off\"}");
    JsonNode past = server.get(TWIN + "?at=" + at);
    assertThat(past.path("desired").toString()).isEqualTo("{\"mode\":\"eco\"}");
    assertThat(past.path("reported").toString()).isEqualTo("{\"mode\":\"eco\"}");
    assertThat(server.get(TWIN + "?at=2026-01-01T00:00:00Z").path("reported").toString())
        .isEqualTo("{}");
    assertThat(server.text("/metrics")).contains("vagus_twin_behind 0.0");
  }
}
