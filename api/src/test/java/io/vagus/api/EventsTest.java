package io.vagus.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vagus.registry.EventChain;
import io.vagus.registry.EventHead;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The event log over real HTTP. */
class EventsTest {
  private Fixture fixture;

  @BeforeEach
  void start() {
    fixture = Fixture.secured();
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  private HttpResponse<String> as(String token, String method, String path, String body)
      throws Exception {
    HttpRequest.Builder request = fixture.request(method, path, body);
    return Fixture.send(request.setHeader("Authorization", "Bearer " + token).build());
  }

  private JsonNode json(String path) throws Exception {
    HttpResponse<String> response = fixture.get(path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return new ObjectMapper().readTree(response.body());
  }

  private static List<String> types(JsonNode page) {
    List<String> types = new ArrayList<>();
    page.get("items")
        .forEach(e -> types.add(e.get("actor").asText() + " " + e.get("type").asText()));
    return types;
  }

  @Test
  void aDevicesHistoryNamesWhoDidWhat() throws Exception {
    String ci = fixture.token("ci", "device.write");
    as(
        ci,
        "POST",
        "/api/v1/devices",
        "{\"id\":\"d9\",\"product\":\"pump\",\"secret\":\"correct horse\"}");
    as(ci, "PATCH", "/api/v1/devices/d9", "{\"name\":\"nine\",\"tags\":{\"a\":\"b\"}}");
    fixture.call("POST", "/api/v1/devices/d9/suspend", "");
    fixture.call("DELETE", "/api/v1/devices/d9", "");

    JsonNode history = json("/api/v1/devices/d9/history");
    assertThat(types(history))
        .containsExactly(
            "token:admin device.deleted",
            "token:admin device.suspended",
            "token:ci device.updated",
            "token:ci device.created");
    JsonNode updated = history.at("/items/2/body");
    assertThat(updated.get("changed").toString()).isEqualTo("[\"name\",\"tags\"]");
    assertThat(updated.at("/device/name").asText()).isEqualTo("nine");
    assertThat(history.toString()).doesNotContain("correct horse");
    assertThat(types(json("/api/v1/devices/d9/history?actor=token:ci&type=device.updated")))
        .containsExactly("token:ci device.updated");
  }

  @Test
  void theWholeLogIsFilteredPagedAndProvedByWhoReadsIt() throws Exception {
    String ci = fixture.token("ci", "device.write");
    for (int i = 0; i < 5; i++) {
      as(ci, "POST", "/api/v1/devices", "{\"id\":\"n" + i + "\",\"product\":\"pump\"}");
    }
    assertThat(types(json("/api/v1/events?actor=token:ci"))).hasSize(5);
    assertThat(types(json("/api/v1/events?subject=device:n3")))
        .containsExactly("token:ci device.created");
    assertThat(types(json("/api/v1/events?to=2020-01-01T00:00:00Z"))).isEmpty();
    assertThat(types(json("/api/v1/events?from=2020-01-01T00:00:00Z&type=device.created")))
        .hasSize(6);

    List<JsonNode> all = new ArrayList<>();
    String cursor = "";
    do {
      JsonNode page = json("/api/v1/events?limit=3" + cursor);
      page.get("items").forEach(all::add);
      cursor = page.has("next") ? "&cursor=" + page.get("next").asText() : "";
    } while (!cursor.isEmpty());
    JsonNode head = json("/api/v1/events/head");
    assertThat(head.get("sequence").asInt()).isEqualTo(all.size());
    assertThat(prove(all.reversed())).isEqualTo(head.get("hash").asText());
  }

  private static String prove(List<JsonNode> events) {
    EventChain chain = new EventChain(EventHead.NONE);
    String previous = EventHead.NONE.hash();
    for (JsonNode e : events) {
      Instant time = Instant.parse(e.get("time").asText());
      previous =
          chain.hash(
              previous,
              e.get("sequence").asLong(),
              ChronoUnit.MICROS.between(Instant.EPOCH, time),
              e.get("actor").asText(),
              e.get("subject").asText(),
              e.get("type").asText(),
              e.get("body").toString());
      assertThat(e.get("hash").asText()).isEqualTo(previous);
    }
    return previous;
  }

  @Test
  void onlyAnAdminReadsTheWholeLog() throws Exception {
    String reader = fixture.token("reader", "viewer", "device.write");
    assertThat(as(reader, "GET", "/api/v1/events", "").statusCode()).isEqualTo(403);
    assertThat(as(reader, "GET", "/api/v1/events/head", "").statusCode()).isEqualTo(403);
    assertThat(as(reader, "GET", "/api/v1/devices/pump-1/history", "").statusCode()).isEqualTo(200);
  }

  @Test
  void whatIsNoSubjectActorOrCursorIsRefused() throws Exception {
    for (String query :
        List.of("subject=%27", "subject=", "actor=robot:x", "actor=user", "cursor=7", "from=now")) {
      HttpResponse<String> response = fixture.get("/api/v1/events?" + query);
      assertThat(response.statusCode()).as(query).isEqualTo(400);
      assertThat(response.body()).as(query).contains("expected");
    }
  }

  @Test
  void replayedDeadLettersAreEventsOfTheirDevice() throws Exception {
    String ci = fixture.token("ci", "device.write", "dead-letter.replay");
    as(ci, "POST", "/api/v1/dead-letters/replay", "{}");
    assertThat(types(json("/api/v1/events?type=dead-letter.replayed")))
        .isNotEmpty()
        .allMatch(e -> e.startsWith("token:ci "));
  }

  @Test
  void onAnOpenServerItIsAnybody() throws Exception {
    try (Fixture open = Fixture.open()) {
      open.call("POST", "/api/v1/devices", "{\"id\":\"d9\",\"product\":\"pump\"}");
      assertThat(open.get("/api/v1/devices/d9/history").body()).contains("\"actor\":\"anybody\"");
    }
  }
}
