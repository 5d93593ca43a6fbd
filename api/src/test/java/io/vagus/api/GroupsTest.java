package io.vagus.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Groups, details and the lifecycle over real HTTP. */
class GroupsTest {
  private Fixture fixture;

  @BeforeEach
  void start() throws Exception {
    fixture = Fixture.secured();
    put("acme", "{\"name\": \"Acme\"}");
    put("acme%2Fnorth", "{\"parent\": \"acme\"}");
    put("other", "{}");
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  private void put(String group, String body) throws Exception {
    HttpResponse<String> response = fixture.call("PUT", "/api/v1/groups/" + group, body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
  }

  private int create(String json) throws Exception {
    return fixture.call("POST", "/api/v1/devices", json).statusCode();
  }

  private JsonNode json(String path) throws Exception {
    return new ObjectMapper().readTree(fixture.get(path).body());
  }

  private List<String> ids(String query) throws Exception {
    List<String> ids = new ArrayList<>();
    json("/api/v1/devices?" + query).get("items").forEach(d -> ids.add(d.get("id").asText()));
    return ids;
  }

  @Test
  void devicesAreFoundByGroupDetailsAndDynamicGroups() throws Exception {
    put("acme%2Fold", "{\"parent\": \"acme\", \"query\": {\"firmwareVersion\": \"1.0\"}}");
    String device = "{\"id\": \"%s\", \"product\": \"pump\", \"group\": \"%s\", %s}";
    assertThat(create(device.formatted("d1", "acme/north", "\"firmwareVersion\": \"1.0\"")))
        .isEqualTo(201);
    assertThat(create(device.formatted("d2", "acme", "\"firmwareVersion\": \"2.0\"")))
        .isEqualTo(201);
    assertThat(create(device.formatted("d3", "other", "\"firmwareVersion\": \"1.0\"")))
        .isEqualTo(201);

    assertThat(ids("group=acme")).containsExactly("d1", "d2");
    assertThat(ids("group=acme/old")).containsExactly("d1");
    assertThat(ids("firmwareVersion=1.0&q=d")).containsExactly("d1", "d3");
    assertThat(json("/api/v1/groups/acme%2Fold").at("/query/firmwareVersion").asText())
        .isEqualTo("1.0");
    assertThat(fixture.call("DELETE", "/api/v1/groups/acme", "").statusCode()).isEqualTo(409);

    fixture.call("PATCH", "/api/v1/devices/d1", "{\"firmwareVersion\": null, \"sim\": \"8949\"}");
    JsonNode d1 = json("/api/v1/devices/d1");
    assertThat(d1.has("firmwareVersion")).isFalse();
    assertThat(d1.get("sim").asText()).isEqualTo("8949");
    assertThat(d1.get("group").asText()).isEqualTo("acme/north");
  }

  @Test
  void aDeviceGoesOnlyWhereItsLifecycleLeads() throws Exception {
    create(
        "{\"id\": \"d1\", \"product\": \"pump\", \"group\": \"acme\", \"secret\": \"correct horse\"}");
    assertThat(json("/api/v1/devices/d1").get("status").asText()).isEqualTo("provisioned");
    String path = "/api/v1/devices/d1";
    HttpResponse<String> moved = fixture.call("PATCH", path, "{\"group\": \"other\"}");
    assertThat(moved.statusCode()).isEqualTo(409);
    assertThat(moved.body()).contains("transfer");
    for (String step :
        List.of(
            "{\"status\": \"in-transfer\"}",
            "{\"group\": \"other\"}",
            "{\"status\": \"registered\"}",
            "{\"status\": \"retired\"}")) {
      assertThat(fixture.call("PATCH", path, step).statusCode()).as(step).isEqualTo(200);
    }
    assertThat(fixture.call("POST", path + "/resume", "").statusCode()).isEqualTo(409);
    assertThat(json(path + "/history").get("items"))
        .extracting(e -> e.get("type").asText())
        .containsExactly(
            "device.retired",
            "device.registered",
            "device.updated",
            "device.in-transfer",
            "device.created");
  }

  /** Ten thousand in seconds, bad lines named, and what is exported can be imported again. */
  @Test
  void tenThousandLinesGoInAndOut() throws Exception {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 10_000; i++) {
      lines.append(
          i == 5000
              ? "{\"id\": \"n-1\", \"product\": \"pump\"}\n"
              : "{\"id\": \"n-%d\", \"product\": \"pump\", \"group\": \"acme\", \"site\": \"s%d\"}\n"
                  .formatted(i, i % 10));
    }
    JsonNode result = new ObjectMapper().readTree(bulk(lines.toString()));
    assertThat(result.get("created").asInt()).isEqualTo(9_999);
    assertThat(result.at("/errors/0/line").asInt()).isEqualTo(5001);
    assertThat(result.at("/errors/0/detail").asText()).contains("\"n-1\" exists already");

    String exported = fixture.get("/api/v1/devices?format=ndjson&group=acme").body();
    assertThat(exported.lines()).hasSize(9_999);
    for (int i = 0; i < 9; i++) {
      fixture.call("DELETE", "/api/v1/devices/n-" + i, "");
    }
    String first =
        exported.lines().filter(l -> l.contains("\"n-7\"")).findFirst().orElseThrow() + "\n";
    assertThat(new ObjectMapper().readTree(bulk(first)).get("created").asInt()).isEqualTo(1);
    assertThat(json("/api/v1/devices/n-7").get("site").asText()).isEqualTo("s7");
  }

  private String bulk(String lines) throws Exception {
    return Fixture.send(
            fixture
                .request("POST", "/api/v1/devices/bulk", lines)
                .setHeader("Content-Type", "application/x-ndjson")
                .build())
        .body();
  }
}
