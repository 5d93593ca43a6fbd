package io.vagus.server;

import static io.vagus.server.RunningServer.expect;
import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** From a message over a rule's firing to an alert, through a whole server. */
@Timeout(120)
class AlertTest {
  private static final Duration BOUND = Duration.ofSeconds(20);

  @TempDir static Path data;
  private static RunningServer server;

  @BeforeAll
  static void start() {
    server = RunningServer.start(data);
    RuleBookTest.prepare(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** One that looks at a metric of its own, so that no other test's messages fire it. */
  private static void rule(String id, String device, String more) {
    String rule =
        """
        {"owner": "heating", "products": ["pump"],
         "when": "device.id == '%s' && readings.temperature.value > 80.0", %s
         "effects": [{"do": "alert", "class": "ticket", "text": "At ${readings.temperature.value}"}]}
        """
            .formatted(device, more);
    expect(201, server.put("/api/v1/rules/" + id, rule));
  }

  private static void send(String device, int temperature) {
    expect(200, server.telemetry(device, "{\"temperature\": " + temperature + "}"));
  }

  /** Sends until the rule fires: it is in force soon after it is saved, not at once. */
  private static void fire(String rule, String device) {
    eventually(
        BOUND,
        rule + " fires",
        () -> {
          send(device, 90);
          return !server.get("/api/v1/firings?rule=" + rule).path("items").isEmpty();
        });
  }

  private static JsonNode alerts(String query) {
    return server.get("/api/v1/alerts?" + query);
  }

  private static JsonNode only(String rule) {
    JsonNode items = alerts("source=rule:" + rule).path("items");
    return items.size() == 1 ? items.path(0) : JsonMapper.shared().missingNode();
  }

  private static void await(String rule, String pointer, String value) {
    eventually(
        BOUND,
        rule + " " + pointer + " is " + value,
        () -> only(rule).at(pointer).asString("").equals(value));
  }

  @Test
  void leadsFromTheMessageToTheAlertAndBack() {
    rule("trace", "pump-a", "");
    fire("trace", "pump-a");
    await("trace", "/state", "open");
    JsonNode alert = only("trace");
    JsonNode firing = server.get("/api/v1/rules/trace/firings").at("/items/0");
    assertThat(alert.path("firing").asString()).isEqualTo(firing.path("id").asString());
    assertThat(firing.at("/seen/readings.temperature.value").asDouble()).isEqualTo(90);
    String message = alert.path("message").asString();
    assertThat(server.get("/api/v1/messages/" + message).at("/messages/0/device").asString())
        .isEqualTo("pump-a");
    assertThat(alert.path("text").asString()).startsWith("At 90");
    assertThat(alert.path("class").asString()).isEqualTo("ticket");
    send("pump-a", 60);
    await("trace", "/state", "cleared");
    assertThat(only("trace").path("clearedAt").asString()).isNotEmpty();
    assertThat(
            server.get("/api/v1/events?subject=alert:" + alert.path("id").asString()).path("items"))
        .hasSize(2);
  }

  @Test
  void countsWhatComesAgainAndKeepsWhoHasItInHand() {
    rule("again", "pump-a", "\"fire\": \"always\", ");
    fire("again", "pump-a");
    await("again", "/state", "open");
    String id = only("again").path("id").asString();
    String path = "/api/v1/alerts/" + id + "/acknowledge";
    assertThat(server.post(path, "{\"note\": \"\"}").body()).contains("(expected: 1 to 1000");
    expect(200, server.post(path, "{\"note\": \"Ordered a new <fan>\"}"));
    int before = only("again").path("count").asInt();
    send("pump-a", 86);
    eventually(
        BOUND, "it counts", () -> only("again").path("count").asInt() > before);
    assertThat(only("again").path("state").asString()).isEqualTo("acknowledged");
    assertThat(only("again").at("/acknowledged/by").asString()).isEqualTo("token:admin");
    assertThat(only("again").at("/acknowledged/note").asString()).isEqualTo("Ordered a new <fan>");
    // Who deletes the rule ends what it raised.
    expect(204, server.as(server.token(), "DELETE", "/api/v1/rules/again", ""));
    assertThat(only("again").path("state").asString()).isEqualTo("cleared");
  }

  @Test
  void whoIsOfOneOrganisationSeesNoneOfTheOthers() {
    rule("private", "pump-b", "");
    fire("private", "pump-b");
    await("private", "/state", "open");
    String body =
        "{\"name\":\"acme-alerts\",\"group\":\"acme\","
            + "\"scopes\":[\"alert.read\",\"alert.write\",\"rule.read\"]}";
    HttpResponse<String> issued = expect(201, server.post("/api/v1/tokens", body));
    String acme = JsonMapper.shared().readTree(issued.body()).path("token").asString();
    String id = only("private").path("id").asString();
    for (String path :
        List.of("/api/v1/alerts", "/api/v1/firings", "/api/v1/rules/private/firings")) {
      assertThat(expect(200, server.as(acme, "GET", path, "")).body()).doesNotContain("pump-b");
    }
    assertThat(server.as(acme, "GET", "/api/v1/alerts/" + id, "").statusCode()).isEqualTo(404);
    String note = "{\"note\": \"mine\"}";
    assertThat(server.as(acme, "POST", "/api/v1/alerts/" + id + "/acknowledge", note).statusCode())
        .isEqualTo(404);
    assertThat(only("private").path("state").asString()).isEqualTo("open");
  }

  @Test
  void streamsWhatRulesDoAsItHappens() throws Exception {
    rule("live", "pump-a", "\"fire\": \"always\", ");
    fire("live", "pump-a");
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(server.httpUrl() + "/api/v1/firings/live?rule=live&device=pump-a"))
            .header("Authorization", "Bearer " + server.token())
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<InputStream> answer = client.send(request, BodyHandlers.ofInputStream());
      try (BufferedReader lines =
          new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
        assertThat(lines.readLine()).isEqualTo(": connected");
        send("pump-a", 99);
        String line = lines.readLine();
        while (!line.startsWith("data:")) {
          line = lines.readLine();
        }
        JsonNode firing = JsonMapper.shared().readTree(line.substring(5));
        assertThat(firing.path("rule").asString()).isEqualTo("live");
        assertThat(firing.at("/actions/0/do").asString()).isEqualTo("alert");
      }
    }
  }
}
