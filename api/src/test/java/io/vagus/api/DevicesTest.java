package io.vagus.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vagus.registry.Registry.DeviceFilter;
import io.vagus.registry.Registry.NewDevice;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Devices: conditional changes, filters, paging, many at once. */
class DevicesTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private Fixture fixture;

  @BeforeEach
  void start() {
    fixture = Fixture.secured();
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  private JsonNode json(String path) throws Exception {
    HttpResponse<String> response = fixture.get(path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return MAPPER.readTree(response.body());
  }

  @Test
  void changesOnlyTheVersionThatWasSeen() throws Exception {
    String tag = fixture.get("/api/v1/devices/pump-1").headers().firstValue("ETag").orElseThrow();
    HttpResponse<String> first = patch(tag, "{\"name\": \"one\"}");
    HttpResponse<String> second = patch(tag, "{\"name\": \"two\"}");
    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(second.statusCode()).isEqualTo(412);
    assertThat(json("/api/v1/devices/pump-1").get("name").asText()).isEqualTo("one");
    String newer = first.headers().firstValue("ETag").orElseThrow();
    assertThat(patch(newer, "{\"name\": \"two\"}").statusCode()).isEqualTo(200);
    assertThat(patch("nonsense", "{\"name\": \"two\"}").statusCode()).isEqualTo(400);
    assertThat(
            Fixture.send(
                    fixture
                        .request("DELETE", "/api/v1/devices/pump-1", "")
                        .header("If-Match", tag)
                        .build())
                .statusCode())
        .isEqualTo(412);
  }

  private HttpResponse<String> patch(String tag, String body) throws Exception {
    return Fixture.send(
        fixture.request("PATCH", "/api/v1/devices/pump-1", body).header("If-Match", tag).build());
  }

  @Test
  void placesADeviceAndPutsItBehindAGateway() throws Exception {
    String body =
        """
        {"id": "leaf", "product": "pump", "gateway": "pump-1",\
         "location": {"lat": 52.5, "lon": -13}}\
        """;
    assertThat(fixture.call("POST", "/api/v1/devices", body).statusCode()).isEqualTo(201);
    JsonNode leaf = json("/api/v1/devices/leaf");
    assertThat(leaf.get("gateway").asText()).isEqualTo("pump-1");
    assertThat(leaf.at("/location/lat").asDouble()).isEqualTo(52.5);
    assertThat(leaf.at("/location/lon").asDouble()).isEqualTo(-13);
    assertThat(json("/api/v1/devices?gateway=pump-1").get("total").asInt()).isEqualTo(1);
    assertThat(fixture.call("DELETE", "/api/v1/devices/pump-1", "").statusCode()).isEqualTo(409);

    String cleared = "{\"gateway\": null, \"location\": null}";
    assertThat(fixture.call("PATCH", "/api/v1/devices/leaf", cleared).statusCode()).isEqualTo(200);
    assertThat(json("/api/v1/devices/leaf").has("gateway")).isFalse();
    assertThat(json("/api/v1/devices/leaf").has("location")).isFalse();
    for (String wrong :
        List.of("{\"lat\": 91, \"lon\": 0}", "{\"lat\": 1}", "{\"lat\": 1, \"lon\": 180.5}")) {
      HttpResponse<String> refused =
          fixture.call("PATCH", "/api/v1/devices/leaf", "{\"location\": " + wrong + "}");
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
      assertThat(refused.body()).contains("\"field\":\"location");
    }
  }

  @Test
  void makesASecretWhenAskedAndShowsItOnce() throws Exception {
    String body = "{\"id\": \"leaf\", \"product\": \"pump\", \"generateSecret\": true}";
    HttpResponse<String> first =
        Fixture.send(
            fixture
                .request("POST", "/api/v1/devices", body)
                .header("Idempotency-Key", "k")
                .build());
    String secret = MAPPER.readTree(first.body()).get("secret").asText();
    assertThat(proves("leaf", secret)).isTrue();
    HttpResponse<String> again =
        Fixture.send(
            fixture
                .request("POST", "/api/v1/devices", body)
                .header("Idempotency-Key", "k")
                .build());
    assertThat(again.headers().firstValue("Idempotency-Replayed")).contains("true");
    assertThat(again.body()).doesNotContain("secret");
    assertThat(fixture.get("/api/v1/devices/leaf").body()).doesNotContain("secret");

    String bulk =
        """
        [{"id": "l1", "product": "pump", "generateSecret": true},
         {"id": "l1", "product": "pump", "generateSecret": true},
         {"id": "l2", "product": "pump", "generateSecret": true},
         {"id": "l3", "product": "pump", "generateSecret": true, "secret": "correct horse"}]\
        """;
    JsonNode result = MAPPER.readTree(fixture.call("POST", "/api/v1/devices/bulk", bulk).body());
    assertThat(result.get("created").asInt()).isEqualTo(2);
    assertThat(result.get("secrets")).hasSize(2);
    for (JsonNode made : result.get("secrets")) {
      assertThat(proves(made.get("id").asText(), made.get("secret").asText())).isTrue();
    }
  }

  private boolean proves(String device, String secret) {
    return fixture
            .registry
            .credentials()
            .check(device, secret.getBytes(java.nio.charset.StandardCharsets.UTF_8))
        instanceof io.vagus.registry.Credentials.DeviceVerdict;
  }

  @Test
  void suspendsAndResumes() throws Exception {
    String path = "/api/v1/devices/pump-1/";
    assertThat(fixture.call("POST", path + "suspend", "").body()).contains("\"suspended\"");
    assertThat(json("/api/v1/devices?status=suspended").get("total").asInt()).isEqualTo(1);
    assertThat(fixture.call("POST", path + "resume", "").body()).contains("\"active\"");
    assertThat(json("/api/v1/devices?status=suspended").get("total").asInt()).isZero();
  }

  @Test
  void makesAProductOnceAndItsVersionsAfterwards() throws Exception {
    String body = "{\"id\": \"fan\"}";
    assertThat(fixture.call("POST", "/api/v1/products", body).statusCode()).isEqualTo(201);
    assertThat(fixture.call("POST", "/api/v1/products", body).statusCode()).isEqualTo(409);
    assertThat(fixture.call("PUT", "/api/v1/products/fan", "{\"name\": \"Fan\"}").body())
        .contains("\"version\":2");
    assertThat(json("/api/v1/products/fan/versions").get("items")).hasSize(2);
    assertThat(json("/api/v1/products/fan/versions/1").get("name").asText()).isEqualTo("fan");
  }

  @Test
  void readsBackTheProductThatWasWritten() throws Exception {
    String written = fixture.get("/api/v1/products/pump").body().replace("\"version\":1,", "");
    HttpResponse<String> again = fixture.call("PUT", "/api/v1/products/pump", written);
    assertThat(again.body().replace("\"version\":2,", "")).isEqualTo(written);
  }

  @Test
  void pagesThroughTenThousandDevicesEachOnce() throws Exception {
    List<NewDevice> devices = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      devices.add(Fixture.device("d-" + i));
    }
    fixture.registry.createDevices(devices);
    Set<String> seen = new HashSet<>();
    String query = "/api/v1/devices?limit=777&q=D-&product=pump&tag.site=north";
    assertThat(json(query).get("total").asInt()).isEqualTo(10_000);
    String next = "";
    int pages = 0;
    do {
      JsonNode page = json(query + (next.isEmpty() ? "" : "&cursor=" + next));
      page.get("items").forEach(d -> assertThat(seen.add(d.get("id").asText())).isTrue());
      next = page.path("next").asText("");
      pages++;
    } while (!next.isEmpty());
    assertThat(seen).hasSize(10_000);
    assertThat(pages).isEqualTo(13);
    assertThat(json("/api/v1/devices?tag.site=south").get("total").asInt()).isZero();
  }

  @Test
  void makesManyAndReportsTheOthersByLine() throws Exception {
    String lines =
        """
        {"id": "n1", "product": "pump"}

        {"id": "n2", "product": "nonsense"}
        {"id": "n3", "product": "pump", "nmae": "x"}
        {broken
        {"id": "n1", "product": "pump"}
        {"id": "n4", "product": "pump", "name": "%s"}
        {"id": "n5", "product": "pump", "tags": {"a": "b"}}\
        """
            .formatted("x".repeat(70_000));
    HttpResponse<String> response =
        Fixture.send(
            fixture
                .request("POST", "/api/v1/devices/bulk", lines)
                .setHeader("Content-Type", "application/x-ndjson")
                .build());
    assertThat(response.statusCode()).isEqualTo(207);
    JsonNode result = MAPPER.readTree(response.body());
    assertThat(result.get("created").asInt()).isEqualTo(2);
    assertThat(result.get("failed").asInt()).isEqualTo(5);
    List<Integer> failed = new ArrayList<>();
    result.get("errors").forEach(e -> failed.add(e.get("line").asInt()));
    assertThat(failed).containsExactlyInAnyOrder(3, 4, 5, 6, 7);
    assertThat(json("/api/v1/devices/n5").at("/tags/a").asText()).isEqualTo("b");
  }

  @Test
  void exportsAsCsvAndNdjsonWhatItTakesAsCsv() throws Exception {
    String csv =
        """
        id,product,name,gateway,lat,lon,tag.site,generateSecret
        c1,pump,"Pump ""one"", hall",pump-1,52.5,-13.25,north,true
        c2,pump,,,,,,
        c3,nonsense,,,,,,
        c4,pump,,,north,1,,
        c5,pump,,,1
        """
            .replace("\n", "\r\n");
    HttpResponse<String> response = bulkCsv(csv);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(207);
    JsonNode result = MAPPER.readTree(response.body());
    assertThat(result.get("created").asInt()).isEqualTo(2);
    assertThat(result.get("secrets")).hasSize(1);
    List<Integer> failed = new ArrayList<>();
    result.get("errors").forEach(e -> failed.add(e.get("line").asInt()));
    assertThat(failed).containsExactlyInAnyOrder(4, 5, 6);

    String exported = fixture.get("/api/v1/devices?format=csv&q=c").body();
    assertThat(exported.lines().toList().get(1))
        .startsWith(
            "c1,pump,\"Pump \"\"one\"\", hall\",pump-1,52.5,-13.25,,,,,,,,,\"{\"\"site\"\":\"\"north\"\"}\",provisioned,");
    String ndjson = fixture.get("/api/v1/devices?format=ndjson&q=c").body();
    assertThat(ndjson.lines()).hasSize(2);
    assertThat(MAPPER.readTree(ndjson.lines().findFirst().orElseThrow()))
        .isEqualTo(json("/api/v1/devices/c1"));

    fixture.call("DELETE", "/api/v1/devices/c1", "");
    fixture.call("DELETE", "/api/v1/devices/c2", "");
    assertThat(bulkCsv(exported).statusCode()).isEqualTo(201);
    JsonNode again = json("/api/v1/devices/c1");
    assertThat(again.get("name").asText()).isEqualTo("Pump \"one\", hall");
    assertThat(again.at("/tags/site").asText()).isEqualTo("north");
    assertThat(again.at("/location/lon").asDouble()).isEqualTo(-13.25);
  }

  private HttpResponse<String> bulkCsv(String csv) throws Exception {
    return Fixture.send(
        fixture
            .request("POST", "/api/v1/devices/bulk", csv)
            .setHeader("Content-Type", "text/csv; charset=utf-8")
            .build());
  }

  @Test
  void doesNothingOfABrokenArray() throws Exception {
    String array = "[" + "{\"id\": \"n%d\", \"product\": \"pump\"},".repeat(600);
    for (int i = 0; i < 600; i++) {
      array = array.replaceFirst("%d", Integer.toString(i));
    }
    HttpResponse<String> response = fixture.call("POST", "/api/v1/devices/bulk", array + "{]");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(fixture.registry.countDevices(DeviceFilter.ALL)).isEqualTo(1);
  }

  @Test
  void takesBulkBodiesBeyondTheBoundOfOthers() throws Exception {
    StringBuilder array = new StringBuilder("[");
    for (int i = 0; i < 20_000; i++) {
      array
          .append(i == 0 ? "" : ",")
          .append(
              "{\"id\":\"bulk-" + i + "\",\"product\":\"pump\",\"name\":\"a name to fill up\"}");
    }
    assertThat(array.length()).isGreaterThan(1 << 20);
    HttpResponse<String> response =
        fixture.call("POST", "/api/v1/devices/bulk", array.append("]").toString());
    assertThat(response.body()).isEqualTo("{\"created\":20000,\"failed\":0,\"errors\":[]}");
    String beyond = "[" + " ".repeat(5 << 20) + "]";
    assertThat(fixture.call("POST", "/api/v1/devices/bulk", beyond).statusCode()).isEqualTo(413);
  }

  @Test
  void replaysDeadLettersOnce() throws Exception {
    fixture.ledger.addDeadLetter("18", "pump", io.vagus.kit.ErrorCode.METRIC_UNKNOWN);
    fixture.ledger.addDeadLetter("19", "pump", io.vagus.kit.ErrorCode.PAYLOAD_MALFORMED);
    String one = "/api/v1/dead-letters/17/replay";
    assertThat(fixture.call("POST", one, "").body())
        .isEqualTo("{\"replayed\":1,\"message\":\"new-17\"}");
    assertThat(fixture.call("POST", one, "").statusCode()).isEqualTo(409);
    String filter = "{\"reason\": \"metric-unknown\", \"product\": \"pump\"}";
    assertThat(fixture.call("POST", "/api/v1/dead-letters/replay", filter).body())
        .isEqualTo("{\"replayed\":1,\"more\":false}");
    assertThat(json("/api/v1/dead-letters/19").get("replayed").asBoolean()).isFalse();
    assertThat(json("/api/v1/dead-letters/19").get("payloadText").asText()).contains("presure");
  }
}
