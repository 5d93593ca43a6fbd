package io.vagus.server;

import static io.vagus.server.RunningServer.expect;
import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
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

/** Twins from versioned templates, through a whole server. */
@Timeout(120)
class TemplateTest {
  private static final Duration BOUND = Duration.ofSeconds(20);

  @TempDir static Path data;
  private static RunningServer server;

  @BeforeAll
  static void start() {
    server = RunningServer.start(data);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String model(String product, String defaults) {
    return "{\"id\":\"%s\",\"twin\":{\"defaults\":%s}}".formatted(product, defaults);
  }

  private static String desired(String device) {
    return server.get("/api/v1/devices/" + device + "/twin").path("desired").toString();
  }

  private static void isWanted(String device, String desired) {
    eventually(BOUND, device + " is wanted " + desired, () -> desired(device).equals(desired));
  }

  private static List<JsonNode> migrate(String product, String body) {
    HttpResponse<String> answer =
        server.post("/api/v1/products/" + product + "/twin/migrate", body);
    return expect(200, answer).body().lines().map(JsonMapper.shared()::readTree).toList();
  }

  @Test
  void aNewDeviceIsAsItsProductSays() throws Exception {
    expect(201, server.post("/api/v1/products", model("fan", "{\"speed\":{\"max\":80}}")));
    server.device("fan-1", "fan", "");
    isWanted("fan-1", "{\"speed\":{\"max\":80}}");
    try (DownDevice device = DownDevice.connected(server.port("mqtt"), "fan-1", "v1/fan-1/#")) {
      assertThat(device.json("v1/fan-1/twin/desired").at("/desired/speed/max").asInt())
          .isEqualTo(80);
    }
  }

  /** Made before any product had a template: nobody looks at it until it connects. */
  @Test
  void aDeviceThatWasNeverToldGetsItWhenItConnects() throws Exception {
    try (RunningServer own = RunningServer.start(data.resolve("own"))) {
      expect(201, own.post("/api/v1/products", "{\"id\":\"old\"}"));
      own.device("old-1", "old", "");
      expect(200, own.put("/api/v1/products/old", model("old", "{\"mode\":\"eco\"}")));
      assertThat(own.get("/api/v1/devices/old-1/twin").path("version").asInt()).isZero();
      try (DownDevice device =
          DownDevice.connected(own.port("mqtt"), "old-1", "v1/old-1/twin/desired")) {
        assertThat(device.json("v1/old-1/twin/desired").at("/desired/mode").asString())
            .isEqualTo("eco");
      }
    }
  }

  @Test
  void aNewVersionMovesWhatNobodySetAndListsWhatItCannot() {
    expect(201, server.post("/api/v1/products", model("valve", "{\"mode\":\"eco\",\"max\":80}")));
    for (String id : List.of("v1", "v2", "v3")) {
      server.device(id, "valve", "");
      isWanted(id, "{\"max\":80,\"mode\":\"eco\"}");
    }
    server.patch("/api/v1/devices/v2/twin/desired", "{\"max\":50}");
    server.patch("/api/v1/devices/v3/twin/desired", "{\"mode\":7}");
    expect(
        200, server.put("/api/v1/products/valve", model("valve", "{\"mode\":\"off\",\"max\":90}")));

    List<JsonNode> dry = migrate("valve", "{\"dryRun\":true}");
    assertThat(dry).hasSize(4);
    assertThat(dry.get(0).path("result").asString()).isEqualTo("would-change");
    assertThat(dry.get(0).path("patch").toString()).isEqualTo("{\"max\":90,\"mode\":\"off\"}");
    assertThat(desired("v1")).isEqualTo("{\"max\":80,\"mode\":\"eco\"}");

    List<JsonNode> done = migrate("valve", "{}");
    assertThat(done.get(2).path("device").asString()).isEqualTo("v3");
    assertThat(done.get(2).at("/why/0").asString())
        .isEqualTo("/mode: 7 is a number (expected: a text, as the default)");
    JsonNode end = done.getLast();
    assertThat(end.path("done").asBoolean()).isTrue();
    assertThat(List.of(end.path("changed").asInt(), end.path("failed").asInt()))
        .containsExactly(2, 1);
    assertThat(desired("v1")).isEqualTo("{\"max\":90,\"mode\":\"off\"}");
    assertThat(desired("v2")).isEqualTo("{\"max\":50,\"mode\":\"off\"}");
    assertThat(desired("v3")).isEqualTo("{\"max\":80,\"mode\":7}");
    assertThat(migrate("valve", "{}").getLast().path("unchanged").asInt()).isEqualTo(2);
  }
}
