package io.vagus.cli;

import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.server.Server;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A city's sensors sample as often as their class of criticality wants it: by desired state of all
 * with one tag, followed within seconds; those that do not follow are listed. {@code
 * -Dvagus.city.devices=10000} for the figures of docs/performance.md.
 */
@Timeout(600)
class CityTest {
  private static final int DEVICES = Integer.getInteger("vagus.city.devices", 60);

  /** So that ten thousand send as many messages a second as two cores bear. */
  private static final int SLOWER = DEVICES > 1000 ? 8 : 1;

  private static final Map<String, Double> SECONDS =
      Map.of("high", 0.5 * SLOWER, "normal", 1.0 * SLOWER, "low", 2.0 * SLOWER);

  private static final String PROFILE =
      """
      {"products": [{
        "id": "sensor", "devices": %d, "cadence": "%ds",
        "tags": {"criticality": {"high": 1, "normal": 1, "low": 2}},
        "metrics": {"level": {"unit": "m", "min": 0, "max": 9, "base": 3, "noise": 0.1}},
        "oddities": [{"about": "of another maker", "numbers": [2, 5], "stubborn": true}]}]}
      """
          .formatted(DEVICES, 10 * SLOWER);

  private static final Duration BOUND = Duration.ofSeconds(60L + DEVICES / 100);

  @TempDir Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private String url = "";
  private String token = "";

  private JsonNode call(String method, String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> answer = http.sendAsync(request, BodyHandlers.ofString()).join();
    assertThat(answer.statusCode() / 100).as(path + ": " + answer.body()).isEqualTo(2);
    return JsonMapper.shared().readTree(answer.body());
  }

  private JsonNode get(String path) {
    return call("GET", path, "");
  }

  private List<String> devices(String path) {
    List<String> ids = new ArrayList<>();
    get(path).path("items").forEach(item -> ids.add(item.path("device").asString()));
    return ids;
  }

  @Test
  void sensorsSampleAsTheirClassOfCriticalityWantsIt() throws Exception {
    Path profile = Files.writeString(folder.resolve("city.json"), PROFILE);
    Path data = folder.resolve("data");
    Map<String, String> flags =
        Map.of("data", data.toString(), "http", "127.0.0.1:0", "mqtt", "127.0.0.1:0");
    try (Server server = Server.start(TestRegistry.configuration(flags))) {
      url = server.readyLine().replaceFirst(".*http=(\\S+).*", "$1");
      token = Files.readString(data.resolve("admin.token")).strip();
      String words =
          "fleet --data %s --profile %s --follow-desired --verify --seconds %d"
              .formatted(data, profile, 14 + 8 * SLOWER + (DEVICES > 1000 ? 40 : 0));
      CompletableFuture<MainTest.Run> fleet =
          CompletableFuture.supplyAsync(
              () -> MainTest.run(words.split(" ")),
              // Not the common pool, which answers of the HTTP client pass through.
              task -> Thread.ofPlatform().start(task));
      eventually(BOUND, "all are in", () -> connected() == DEVICES);
      Instant changed = Instant.now();
      SECONDS.forEach(this::desire);
      eventually(
          BOUND,
          "all but two follow",
          () -> get("/api/v1/twins/progress").path("follows").asInt(0) == DEVICES - 2);
      Duration took = Duration.between(changed, Instant.now());
      System.out.printf(
          "%d sensors: desired of all, and reported by all but two, after %d ms%n",
          DEVICES, took.toMillis());

      assertThat(devices("/api/v1/twins?sync=differs&limit=1000"))
          .containsExactly("sensor-002", "sensor-005");
      assertThat(devices("/api/v1/inventory/devices?sync=differs"))
          .containsExactly("sensor-002", "sensor-005");
      SECONDS.forEach(this::requirePace);
      MainTest.Run run = fleet.join();
      assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
      for (JsonNode gap : get("/api/v1/gaps?limit=1000").path("items")) {
        assertThat(gap.path("kind").asString()).as(gap.toString()).isNotEqualTo("sequence");
      }
    }
  }

  private int connected() {
    return get("/api/v1/overview").path("devices").path("connected").asInt(0);
  }

  private void desire(String criticality, double seconds) {
    JsonNode done =
        call(
            "POST",
            "/api/v1/twins/desired",
            "{\"query\": \"tag.criticality=%s\", \"desired\": {\"interval\": %s}}"
                .formatted(criticality, seconds));
    assertThat(done.path("changed").asInt(0)).isEqualTo(done.path("devices").asInt(-1));
    assertThat(done.path("devices").asInt(0)).isGreaterThanOrEqualTo(DEVICES / 5);
  }

  /** Some of the class, those left out that do not follow: the distances of their last messages. */
  private void requirePace(String criticality, double seconds) {
    for (JsonNode item :
        get("/api/v1/inventory/devices?sync=follows&limit=20&tag.criticality=" + criticality)
            .path("items")) {
      String device = item.path("device").asString();
      eventually(
          BOUND,
          device + " sends every " + seconds + " s",
          () -> distance(device).equals(Duration.ofMillis((long) (seconds * 1000))));
    }
  }

  private Duration distance(String device) {
    JsonNode last = get("/api/v1/devices/" + device + "/messages?limit=2").path("items");
    // One that was just received is not read yet.
    return last.size() < 2 || !last.get(0).has("generatedTime") || !last.get(1).has("generatedTime")
        ? Duration.ZERO
        : Duration.between(time(last.get(1)), time(last.get(0)));
  }

  private static Instant time(JsonNode message) {
    return Instant.parse(message.path("generatedTime").asString());
  }
}
