package io.vagus.server;

import static io.vagus.server.RunningServer.expect;
import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** What feeds what, and what is behind what, through a whole server. */
@Timeout(120)
class RelationTest {
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final String ALL = "/api/v1/relations/";

  @TempDir static Path data;
  private static RunningServer server;

  @BeforeAll
  static void start() {
    server = RunningServer.start(data);
    expect(201, server.post("/api/v1/products", "{\"id\":\"any\"}"));
    expect(200, server.put("/api/v1/groups/plant", "{\"name\":\"Plant\"}"));
    for (String id : List.of("a", "b", "c", "d", "e", "f")) {
      server.device(id, "any", id.equals("c") ? "" : ",\"group\":\"plant\"");
    }
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpResponse<String> relate(String kind, String from, String to) {
    return server.put(ALL + kind + "/" + from + "/" + to, "{\"note\":\"pipe \\\"B\\\"\\n\"}");
  }

  private static List<String> reach(String token, String node, String related, String query) {
    HttpResponse<String> answer = server.as(token, "GET", ALL + node + "/" + related + query, "");
    List<String> nodes = new ArrayList<>();
    JsonMapper.shared()
        .readTree(expect(200, answer).body())
        .path("items")
        .forEach(n -> nodes.add(n.path("node").asString() + "@" + n.path("depth").asInt()));
    return nodes;
  }

  @Test
  void saysWhatIsFedAndWhatIsBehindWithinABound() {
    expect(200, relate("feeds", "device:a", "device:b"));
    expect(200, relate("feeds", "device:b", "device:c"));
    expect(200, relate("feeds", "device:c", "device:d"));
    expect(200, relate("feeds", "device:d", "device:a")); // a ring main
    expect(200, relate("feeds", "device:b", "group:plant"));
    assertThat(reach(server.token(), "device:a", "feeds", ""))
        .containsExactly("device:b@1", "device:c@2", "group:plant@2", "device:d@3");
    assertThat(reach(server.token(), "device:a", "feeds", "?depth=1"))
        .containsExactly("device:b@1");
    assertThat(server.get(ALL + "device:a/feeds?depth=1").path("whole").asBoolean()).isFalse();
    assertThat(server.get(ALL + "device:a/feeds").path("whole").asBoolean()).isTrue();
    assertThat(reach(server.token(), "device:c", "fed-by", ""))
        .containsExactly("device:b@1", "device:a@2", "device:d@3");
    assertThat(server.get(ALL + "device:c").path("items")).hasSize(2);
    assertThat(server.get(ALL + "device:c").at("/items/0/note").asString())
        .isEqualTo("pipe \"B\"\n");
    // Who does not see c sees nothing of it, nor what is only reached through it.
    String token = token();
    assertThat(reach(token, "device:a", "feeds", ""))
        .containsExactly("device:b@1", "group:plant@2");
    assertThat(server.as(token, "GET", ALL + "device:c", "").statusCode()).isEqualTo(404);
    String path = ALL + "feeds/device:e/device:c";
    assertThat(server.as(token, "PUT", path, "{}").statusCode()).isEqualTo(404);
  }

  private static String token() {
    String body =
        "{\"name\":\"plant\",\"scopes\":[\"fleet.read\",\"twin.write\"],\"group\":\"plant\"}";
    return JsonMapper.shared()
        .readTree(expect(201, server.post("/api/v1/tokens", body)).body())
        .path("token")
        .asString();
  }

  @Test
  void refusesACircleAndASecondWholeWhereTheyMakeNoSense() {
    expect(200, relate("behind", "device:b", "device:a"));
    expect(200, relate("behind", "device:c", "device:b"));
    assertThat(relate("behind", "device:a", "device:c").body())
        .contains("device:a behind device:c would close a circle");
    assertThat(reach(server.token(), "device:a", "behind", ""))
        .containsExactly("device:b@1", "device:c@2");
    assertThat(reach(server.token(), "device:c", "in-front-of", ""))
        .containsExactly("device:b@1", "device:a@2");
    expect(200, relate("contains", "group:plant", "device:d"));
    assertThat(relate("contains", "device:a", "device:d").body())
        .contains("device:d is in group:plant already (expected: in one at most)");
    assertThat(relate("contains", "device:a", "device:a").statusCode()).isEqualTo(400);
    assertThat(relate("likes", "device:a", "device:b").statusCode()).isEqualTo(404);
    assertThat(relate("feeds", "device:a", "device:nobody").statusCode()).isEqualTo(404);
  }

  @Test
  void goesWithTheDeviceAndOutOfTheLogAsItCame() {
    expect(200, relate("feeds", "device:e", "device:f"));
    expect(200, relate("behind", "device:e", "device:f"));
    HttpResponse<String> gone =
        server.as(server.token(), "DELETE", ALL + "behind/device:e/device:f", "");
    expect(204, gone);
    expect(204, server.as(server.token(), "DELETE", "/api/v1/devices/f", ""));
    eventually(BOUND, "none is left", () -> server.get(ALL + "device:e").path("items").isEmpty());
    List<String> types = new ArrayList<>();
    server
        .get("/api/v1/events?limit=50")
        .path("items")
        .forEach(event -> types.add(event.path("type").asString()));
    assertThat(types).filteredOn(type -> type.equals("relation.removed")).hasSizeGreaterThan(1);
  }
}
