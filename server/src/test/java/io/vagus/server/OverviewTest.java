package io.vagus.server;

import static io.vagus.server.RunningServer.expect;
import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an operator keeps open: who is connected, what flows, who is refused. */
class OverviewTest {
  private static final Duration SOON = Duration.ofSeconds(5);
  private static final String DEVICES = "/api/v1/devices";

  @TempDir Path data;

  @Test
  void countsWhoIsConnectedAndWhoIsNotAnyMore() throws IOException {
    try (RunningServer server = RunningServer.start(data)) {
      server.registerAll(3, "correct horse");
      MqttDevice first = MqttDevice.connected(server.port("mqtt"), "pump-0");
      try (MqttDevice second = MqttDevice.connected(server.port("mqtt"), "pump-1")) {
        connected(server, 2);
        JsonNode connection = server.get(DEVICES + "/pump-1").path("connection");
        assertThat(connection.path("connected").asBoolean()).isTrue();
        assertThat(connection.path("transport").asString()).isEqualTo("mqtt");
        assertThat(connection.path("address").asString()).isEqualTo("127.0.0.1");
        assertThat(connection.path("keepAliveSeconds").asInt()).isEqualTo(60);
        assertThat(ids(server, "connected")).containsExactly("pump-0", "pump-1");

        first.close();

        connected(server, 1);
        assertThat(ids(server, "connected")).containsExactly("pump-1");
        assertThat(ids(server, "disconnected")).containsExactly("pump-0");
        assertThat(ids(server, "never")).hasSize(3);
        second.publish(1, "{\"n\": 1}");
        assertThat(second.readAck().reason()).isZero();
        eventually(SOON, "one was heard", () -> ids(server, "never").size() == 2);
      }
    }
  }

  @Test
  void aDeviceThatIsCutOffIsGoneWithinOneAndAHalfTimesItsKeepAlive() throws IOException {
    try (RunningServer server = RunningServer.start(data)) {
      server.registerAll(1, "correct horse");
      try (MqttDevice silent = new MqttDevice("127.0.0.1", server.port("mqtt"), "pump-0")) {
        assertThat(silent.connect("correct horse", 2)).isZero();
        Instant connected = Instant.now();
        connected(server, 1);

        eventually(
            SOON,
            "it is not connected",
            () ->
                !server.get(DEVICES + "/pump-0").path("connection").path("connected").asBoolean());

        Duration took = Duration.between(connected, Instant.now());
        assertThat(took).isBetween(Duration.ofMillis(1900), Duration.ofMillis(4500));
      }
    }
  }

  @Test
  void aDeviceThatSendsByHttpCountsAsConnected() {
    try (RunningServer server = RunningServer.start(data)) {
      server.registerAll(1, "correct horse");
      expect(200, server.telemetry("pump-0", "{\"n\": 1}"));

      connected(server, 1);
      JsonNode device = server.get(DEVICES + "/pump-0");
      assertThat(device.path("connection").path("transport").asString()).isEqualTo("http");
      eventually(SOON, "it was seen", () -> server.get(DEVICES + "/pump-0").has("lastSeen"));
    }
  }

  @Test
  void whenADeviceWasSeenLastOutlivesARestart() {
    String seen;
    try (RunningServer server = RunningServer.start(data)) {
      server.registerAll(1, "correct horse");
      expect(200, server.telemetry("pump-0", "{\"n\": 1}"));
      server.requireAccepted(1);
      seen = server.get(DEVICES + "/pump-0/readings").at("/readings/0/receivedTime").asString();
    }
    try (RunningServer server = RunningServer.start(data)) {
      JsonNode device = server.get(DEVICES + "/pump-0");
      assertThat(device.path("lastSeen").asString()).isEqualTo(seen);
      assertThat(device.has("connection")).isFalse();
      eventually(SOON, "the fleet is taken in", () -> overview(server, "total") == 1);
      assertThat(overview(server, "neverHeard")).isZero();
    }
  }

  @Test
  void showsWhoWasRefusedFromWhereAndWhy() throws IOException {
    try (RunningServer server = RunningServer.start(data)) {
      server.registerAll(2, "correct horse");
      try (MqttDevice wrong = new MqttDevice("127.0.0.3", server.port("mqtt"), "pump-0")) {
        assertThat(wrong.connect("wrong password")).isEqualTo(0x86);
      }
      try (MqttDevice nosy = MqttDevice.connected(server.port("mqtt"), "pump-1")) {
        nosy.publish("v1/pump-0/telemetry", 1, "{\"n\": 1}");
        assertThat(nosy.readAck().reason()).isEqualTo(0x87);
      }

      JsonNode refused = server.get("/api/v1/refusals").path("items");
      assertThat(refused.size()).isEqualTo(2);
      assertThat(refused.at("/0/reason").asString()).isEqualTo("lateral-movement");
      assertThat(refused.at("/0/name").asString()).isEqualTo("pump-1");
      assertThat(refused.at("/0/detail").asString()).contains("v1/pump-0/telemetry");
      assertThat(refused.at("/1/reason").asString()).isEqualTo("bad-credentials");
      assertThat(refused.at("/1/source").asString()).isEqualTo("127.0.0.3");
      assertThat(server.get("/api/v1/refusals?device=pump-0").path("items").size()).isEqualTo(1);
      eventually(
          SOON,
          "the overview counts them",
          () -> server.get("/api/v1/overview").path("refusals").size() == 2);
      JsonNode top = server.get("/api/v1/overview/top?by=errors").path("items");
      assertThat(top.at("/0/device").asString()).isEqualTo("pump-1");
    }
  }

  @Test
  void showsTheTalkersAndTheFlow() {
    try (RunningServer server = RunningServer.start(data)) {
      server.registerAll(2, "correct horse");
      for (int i = 0; i < 3; i++) {
        expect(200, server.telemetry("pump-0", "{\"n\": %d}".formatted(i)));
      }
      String again = "{\"id\":\"a\",\"time\":\"%s\",\"values\":{\"n\":1}}".formatted(Instant.now());
      expect(200, server.telemetry("pump-1", again));
      expect(200, server.telemetry("pump-1", again));

      eventually(
          SOON,
          "all are counted",
          () -> server.get("/api/v1/overview").at("/ledger/received").asInt() == 5);
      JsonNode top = server.get("/api/v1/overview/top?by=messages&limit=1").path("items");
      assertThat(top.size()).isEqualTo(1);
      assertThat(top.at("/0/device").asString()).isEqualTo("pump-0");
      assertThat(top.at("/0/count").asInt()).isEqualTo(3);
      assertThat(top.at("/0/share").asDouble()).isEqualTo(0.6);
      JsonNode now = server.get("/api/v1/overview");
      assertThat(now.at("/messages/perSecond").asDouble()).isPositive();
      assertThat(now.at("/duplicates/count").asInt()).isEqualTo(1);
      assertThat(now.at("/duplicates/causes/replay").asInt()).isEqualTo(1);
      assertThat(now.at("/latency/count").asInt()).isEqualTo(1);
      assertThat(now.at("/ledger/balanced").asBoolean()).isTrue();
      assertThat(now.path("health").asString()).isEqualTo("up");
    }
  }

  @Test
  void streamsTheOverviewEachSecondToWhoIsSignedIn() throws Exception {
    try (RunningServer server = RunningServer.start(data);
        HttpClient browser = HttpClient.newHttpClient()) {
      server.registerAll(1, "correct horse");
      URI session = URI.create(server.httpUrl() + "/api/v1/session");
      HttpResponse<String> signedIn =
          browser.send(
              HttpRequest.newBuilder(session)
                  .header("Authorization", "Bearer " + server.token())
                  .POST(HttpRequest.BodyPublishers.noBody())
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      String cookie = signedIn.headers().firstValue("Set-Cookie").orElseThrow();
      assertThat(cookie).contains("HttpOnly", "SameSite=Strict").doesNotContain("Secure");

      HttpResponse<InputStream> stream =
          browser.send(
              HttpRequest.newBuilder(URI.create(server.httpUrl() + "/api/v1/overview/live"))
                  .header("Cookie", cookie.substring(0, cookie.indexOf(';')))
                  .build(),
              HttpResponse.BodyHandlers.ofInputStream());

      assertThat(stream.statusCode()).isEqualTo(200);
      try (BufferedReader lines =
          new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
        List<String> times = new ArrayList<>();
        while (times.size() < 3) {
          assertThat(lines.readLine()).isEqualTo("event: overview");
          String json = lines.readLine().substring("data: ".length());
          times.add(JsonMapper.shared().readTree(json).path("time").asString());
          assertThat(lines.readLine()).isEmpty();
        }
        assertThat(times).doesNotHaveDuplicates().isSorted();
      }
    }
  }

  private static void connected(RunningServer server, int devices) {
    eventually(SOON, devices + " connected", () -> overview(server, "connected") == devices);
  }

  private static int overview(RunningServer server, String devices) {
    return server.get("/api/v1/overview").path("devices").path(devices).asInt();
  }

  private static List<String> ids(RunningServer server, String connection) {
    return server
        .get(DEVICES + "?connection=" + connection)
        .path("items")
        .valueStream()
        .map(device -> device.path("id").asString())
        .toList();
  }
}
