package io.vagus.server;

import static io.vagus.server.RunningServer.expect;
import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What runs on the devices, who follows, who was in contact when: of devices that say so. */
@Timeout(120)
class InventoryTest {
  private static final String FLEET =
      """
      [{"id": "pump-1", "product": "pump", "hardwareRevision": "B", "group": "north",
        "firmwareVersion": "0.9", "secret": "correct horse"},
       {"id": "pump-2", "product": "pump", "hardwareRevision": "B", "group": "north",
        "secret": "correct horse"},
       {"id": "pump-3", "product": "pump", "firmwareVersion": "0.9", "group": "south",
        "secret": "correct horse"},
       {"id": "pump-4", "product": "pump", "group": "south"},
       {"id": "fan-1", "product": "fan", "firmwareVersion": "7, \\"beta\\""}]
      """;

  @TempDir static Path data;
  private static RunningServer server;

  @BeforeAll
  static void start() {
    server = RunningServer.start(data);
    expect(201, server.post("/api/v1/products", "{\"id\": \"pump\"}"));
    expect(201, server.post("/api/v1/products", "{\"id\": \"fan\"}"));
    server.put("/api/v1/groups/north", "{\"name\": \"North\"}");
    server.put("/api/v1/groups/south", "{\"name\": \"South\"}");
    expect(201, server.post("/api/v1/devices/bulk", FLEET));
    for (String pump : List.of("pump-1", "pump-2", "pump-3")) {
      server.patch(
          "/api/v1/devices/" + pump + "/twin/desired", "{\"firmware\": \"1.2\", \"rate\": 5}");
    }
    says("pump-1", "1.2");
    says("pump-2", "1.1");
    reports("pump-1", "{\"firmware\": \"1.2\", \"rate\": 5}");
    reports(
        "pump-2", "{\"desiredVersion\": 1, \"reported\": {\"rate\": 5, \"firmware\": \"1.1\"}}");
    eventually(
        Duration.ofSeconds(20),
        "what they said is seen",
        () -> server.get("/api/v1/inventory").path("desired").path("differs").asInt(0) == 1);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void says(String device, String firmware) {
    expect(200, server.telemetry(device, "{\"health.firmware\": \"" + firmware + "\"}"));
  }

  private static void reports(String device, String body) {
    expect(200, server.asDevice(device, "POST", "/v1/" + device + "/twin/reported", body));
  }

  private static JsonNode product(JsonNode report, String id) {
    for (JsonNode product : report.path("products")) {
      if (product.path("product").asString().equals(id)) {
        return product;
      }
    }
    throw new AssertionError(id + " is not in " + report);
  }

  private static List<String> devices(String query) {
    List<String> ids = new ArrayList<>();
    server
        .get("/api/v1/inventory/devices?" + query)
        .path("items")
        .forEach(item -> ids.add(item.path("device").asString()));
    return ids;
  }

  @Test
  void countsVersionsAsDevicesSaidThemElseAsTheRegistryNotesThem() {
    JsonNode pump = product(server.get("/api/v1/inventory"), "pump");
    assertThat(pump.path("firmware").toString())
        .isEqualTo(
            """
            [{"devices":1},{"version":"0.9","devices":1},{"version":"1.1","devices":1},\
            {"version":"1.2","devices":1}]\
            """);
    assertThat(pump.path("hardware").toString())
        .isEqualTo("[{\"devices\":2},{\"revision\":\"B\",\"devices\":2}]");
    assertThat(devices("firmware=1.1")).containsExactly("pump-2");
    assertThat(devices("unknown=firmware&product=pump")).containsExactly("pump-4");
    assertThat(devices("unknown=hardware&product=pump")).containsExactly("pump-3", "pump-4");
  }

  @Test
  void tellsTheShareThatFollowsAndTheShareThatRunsWhatIsWanted() {
    JsonNode report = server.get("/api/v1/inventory");
    assertThat(report.path("desired").toString())
        .isEqualTo("{\"nothingDesired\":2,\"follows\":1,\"differs\":1,\"behind\":1}");
    assertThat(report.path("followShare").asDouble(0)).isEqualTo(0.3333);
    assertThat(report.path("wantedFirmware").toString())
        .isEqualTo("{\"noneWanted\":2,\"asWanted\":1,\"other\":2}");
    assertThat(report.path("firmwareShare").asDouble(0)).isEqualTo(0.3333);
    assertThat(product(report, "fan").has("followShare")).isFalse();
    assertThat(devices("wantedFirmware=other")).containsExactly("pump-2", "pump-3");
    assertThat(devices("sync=behind")).containsExactly("pump-3");
  }

  @Test
  void tellsWhoWasInContactWhenAndWhereDevicesAreInTheirLives() {
    JsonNode report = server.get("/api/v1/inventory");
    assertThat(report.path("lastContact").path("hour").asInt(0)).isEqualTo(2);
    assertThat(report.path("lastContact").path("never").asInt(0)).isEqualTo(3);
    assertThat(report.path("lifecycle").path("registered").asInt(0)).isEqualTo(2);
    assertThat(report.path("silent").asInt(-1)).isZero();
    assertThat(devices("contact=never&product=pump")).containsExactly("pump-3", "pump-4");
  }

  @Test
  void isNarrowedToAGroupAndToWhatItsCallerSees() {
    assertThat(server.get("/api/v1/inventory?group=north").path("devices").asInt(0)).isEqualTo(2);
    JsonNode made =
        JsonMapper.shared()
            .readTree(
                expect(
                        201,
                        server.post(
                            "/api/v1/tokens",
                            "{\"name\": \"south\", \"scopes\": [\"fleet.read\"], \"group\":"
                                + " \"south\"}"))
                    .body());
    String seen =
        expect(200, server.as(made.path("token").asString(), "GET", "/api/v1/inventory", ""))
            .body();
    assertThat(seen).contains("\"devices\":2").doesNotContain("1.1").doesNotContain("fan");
  }

  @Test
  void pagesAndGoesOutAsCsv() {
    JsonNode first = server.get("/api/v1/inventory/devices?product=pump&limit=3");
    assertThat(first.path("items")).hasSize(3);
    assertThat(devices("product=pump&limit=3&cursor=" + first.path("next").asString()))
        .containsExactly("pump-4");
    assertThat(server.text("/api/v1/inventory/devices?format=csv").lines().toList())
        .hasSize(6)
        .anyMatch(line -> line.startsWith("fan-1,fan,,registered,,\"7, \"\"beta\"\"\",,"))
        .anyMatch(line -> line.startsWith("pump-2,pump,north,active,B,1.1,1.2,differs,2"));
  }
}
