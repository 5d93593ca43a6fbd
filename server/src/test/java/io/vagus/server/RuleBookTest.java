package io.vagus.server;

import static io.vagus.server.RunningServer.expect;
import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Rules as people write them, through a whole server. */
@Timeout(120)
class RuleBookTest {
  private static final String RULES = "/api/v1/rules";
  private static final String PRODUCT =
      """
      {"id": "pump", "metrics": {"temperature": {"unit": "Cel"}},
       "commands": {"close": {"arguments": {"position": {"type": "number"}},
                              "required": ["position"]}}}
      """;

  @TempDir static Path data;
  private static RunningServer server;

  @BeforeAll
  static void start() {
    server = RunningServer.start(data);
    prepare(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  static void prepare(RunningServer server) {
    expect(201, server.post("/api/v1/products", PRODUCT));
    expect(200, server.put("/api/v1/groups/acme", "{\"name\":\"Acme\"}"));
    expect(200, server.put("/api/v1/groups/beta", "{\"name\":\"Beta\"}"));
    server.device("pump-a", "pump", ",\"group\":\"acme\"");
    server.device("pump-b", "pump", ",\"group\":\"beta\"");
  }

  private static String rule(String when, String more) {
    return """
    {"owner": "heating-team", "products": ["pump"], "when": "%s",
     "effects": [{"do": "event", "text": "It's <b>hot</b>; drop table rule_version;--"}]%s}
    """
        .formatted(when, more);
  }

  private static HttpResponse<String> put(String id, String when, String more, String... headers) {
    return server.as(server.token(), "PUT", RULES + "/" + id, rule(when, more), headers);
  }

  private static String token(String name, String group, String... scopes) {
    String list = Stream.of(scopes).map(s -> "\"" + s + "\"").toList().toString();
    String body =
        "{\"name\":\"%s\",\"scopes\":%s%s}"
            .formatted(name, list, group.isEmpty() ? "" : ",\"group\":\"" + group + "\"");
    return json(expect(201, server.post("/api/v1/tokens", body))).path("token").asString();
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return JsonMapper.shared().readTree(answer.body());
  }

  @Test
  void ofTwoWhoSaveAtOnceOneIsToldSo() {
    expect(201, put("both", "readings.temperature.value > 1.0", ""));
    List<CompletableFuture<Integer>> saving = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String when = "readings.temperature.value > " + (10.0 + i);
      saving.add(
          CompletableFuture.supplyAsync(
              () -> put("both", when, "", "If-Match", "\"1\"").statusCode()));
    }
    assertThat(saving.stream().map(CompletableFuture::join).sorted().toList())
        .containsExactly(200, 412, 412, 412, 412, 412, 412, 412);
    JsonNode now = server.get(RULES + "/both");
    assertThat(now.path("version").asInt()).isEqualTo(2);
    assertThat(now.path("by").asString()).isEqualTo("token:admin");
    assertThat(put("new-one", "true", "", "If-Match", "\"1\"").statusCode()).isEqualTo(412);
  }

  @Test
  void whatIsShownMayBeSentBackAndMakesNoVersion() {
    expect(201, put("again", "readings.temperature.value > 1.0", ""));
    JsonNode shown = server.get(RULES + "/again");
    HttpResponse<String> back = server.put(RULES + "/again", shown.toString());
    assertThat(json(expect(200, back)).path("version").asInt()).isEqualTo(1);
    assertThat(back.headers().firstValue("ETag")).contains("\"1\"");
  }

  @Test
  void refusesWhatDoesNotCompileAtItsPlace() {
    assertThat(put("bad", "readings.temprature.value > 1.0", "").body())
        .contains("\"field\":\"when\"")
        .contains("temprature")
        .contains("expected: one of");
    String command = ",\"clearEffects\":[{\"do\":\"command\",\"name\":\"close\",\"arguments\":%s}]";
    assertThat(put("bad", "true", command.formatted("{\"positon\": 1}")).body())
        .contains("clearEffects[0].arguments")
        .contains("did you mean position?");
    assertThat(put("bad", "true", command.formatted("{}")).body())
        .contains("argument: position missing (expected: a value)");
    assertThat(
            put("bad", "true", ",\"clearEffects\":[{\"do\":\"send\",\"sink\":\"nosink\"}]").body())
        .contains("clearEffects[0].sink");
    assertThat(
            put(
                    "bad",
                    "true",
                    ",\"windows\":{\"w\":{\"kind\":\"sliding\",\"metric\":\"temperature\",\"size\":\"9d\"}}")
                .body())
        .contains("windows.w.size: PT216H (expected: PT1S to PT168H)");
    String unknown = rule("true", "").replace("[\"pump\"]", "[\"pmp\"]");
    assertThat(server.put(RULES + "/bad", unknown).body()).contains("did you mean pump?");
    assertThat(server.as(server.token(), "GET", RULES + "/bad", "").statusCode()).isEqualTo(404);
    // A draft is kept, and says what is wrong with it.
    expect(201, put("draft", "readings.temprature.value > 1.0", ",\"mode\":\"off\""));
    JsonNode review =
        json(expect(200, server.post(RULES + "/check", server.get(RULES + "/draft").toString())));
    assertThat(review.path("ok").asBoolean()).isFalse();
    assertThat(review.at("/errors/0/path").asString()).isEqualTo("when");
    assertThat(review.at("/errors/0/offset").asInt(-1)).isPositive();
  }

  @Test
  void breaksAndSaysSoWhenAMetricIsGone() {
    String model = PRODUCT.replace("\"pump\"", "\"fan\"");
    expect(201, server.put("/api/v1/products/fan", model));
    String rule = rule("readings.temperature.value > 1.0", "").replace("[\"pump\"]", "[\"fan\"]");
    assertThat(json(expect(201, server.put(RULES + "/fan-hot", rule))).path("compiled").asString())
        .isEqualTo("ok");
    expect(200, server.put("/api/v1/products/fan", model.replace("temperature", "speed")));
    eventually(
        Duration.ofSeconds(20),
        "the processing has heard of it",
        () -> server.get(RULES + "/fan-hot").path("compiled").asString().equals("broken"));
    JsonNode broken = server.get(RULES + "/fan-hot");
    assertThat(broken.at("/errors/0/product").asString()).isEqualTo("fan");
    assertThat(broken.at("/errors/0/message").asString()).contains("temperature");
  }

  @Test
  void refusesAHugeRuleAndOddNamesWithTheirBounds() {
    String huge = "x".repeat(70_000);
    assertThat(put("huge", huge, "").body()).contains("(expected: <= 65536)");
    assertThat(put("huge", "true", ",\"description\":\"" + "x".repeat(1001) + "\"").body())
        .contains("description: 1001 characters (expected: <= 1000)");
    for (String id : List.of("a'--", "%3Cscript%3E", "Big", "x".repeat(65))) {
      String encoded = id.replace("'", "%27");
      HttpResponse<String> answer = server.put(RULES + "/" + encoded, rule("true", ""));
      assertThat(answer.statusCode()).as(id).isEqualTo(400);
      assertThat(answer.body()).contains("1 to 64 of a-z, 0-9 and -");
      assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    }
    expect(201, put("odd", "device.id != '\\\\u003cscript>'", ""));
    assertThat(server.get(RULES + "/odd").at("/effects/0/text").asString())
        .isEqualTo("It's <b>hot</b>; drop table rule_version;--");
    String where = "?owner=heating-team%27%20or%201=1%20--";
    assertThat(server.get(RULES + where).path("items")).isEmpty();
  }

  @Test
  void whoIsOfOneOrganisationWritesItsRulesAndSeesNoOther() {
    String acme = token("acme-rules", "acme", "rule.read", "rule.write");
    HttpResponse<String> made =
        server.as(acme, "PUT", RULES + "/acme-hot", rule("readings.temperature.value > 1.0", ""));
    assertThat(json(expect(201, made)).path("group").asString()).isEqualTo("acme");
    expect(201, put("beta-hot", "readings.temperature.value > 1.0", ",\"group\":\"beta\""));
    expect(201, put("all-hot", "readings.temperature.value > 1.0", ""));
    JsonNode seen = json(expect(200, server.as(acme, "GET", RULES, "")));
    assertThat(seen.findValuesAsString("id")).containsExactly("acme-hot");
    for (String other : List.of("beta-hot", "all-hot")) {
      String path = RULES + "/" + other;
      assertThat(server.as(acme, "GET", path, "").statusCode()).isEqualTo(404);
      assertThat(server.as(acme, "GET", path + "/versions", "").statusCode()).isEqualTo(404);
      assertThat(server.as(acme, "DELETE", path, "").statusCode()).isEqualTo(404);
      assertThat(server.as(acme, "PUT", path, rule("true", "")).statusCode()).isEqualTo(409);
    }
    String foreign = rule("true", ",\"group\":\"beta\"");
    assertThat(server.as(acme, "PUT", RULES + "/mine", foreign).body())
        .contains("(expected: a group that exists)");
    // What a rule does, its writer may do.
    String acts = rule("true", ",\"clearEffects\":[{\"do\":\"desired\",\"patch\":{\"a\":1}}]");
    HttpResponse<String> refused = server.as(acme, "PUT", RULES + "/acme-acts", acts);
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).contains("twin.write");
  }

  @Test
  void keepsVersionsOfWhatIsGone() {
    expect(201, put("gone", "readings.temperature.value > 1.0", ""));
    expect(200, put("gone", "readings.temperature.value > 2.0", ""));
    expect(204, server.as(server.token(), "DELETE", RULES + "/gone", "", "If-Match", "\"2\""));
    assertThat(server.as(server.token(), "GET", RULES + "/gone", "").statusCode()).isEqualTo(404);
    JsonNode versions = server.get(RULES + "/gone/versions").path("items");
    assertThat(versions.findValuesAsString("version")).containsExactly("3", "2", "1");
    assertThat(versions.path(0).path("deleted").asBoolean()).isTrue();
    assertThat(server.get(RULES + "/gone/versions/1").at("/rule/when").asString())
        .isEqualTo("readings.temperature.value > 1.0");
    JsonNode events = server.get("/api/v1/events?subject=rule:gone").path("items");
    assertThat(events.findValuesAsString("type"))
        .containsExactly("rule.deleted", "rule.saved", "rule.saved");
  }

  @Test
  void listsAThousandRulesQuickly() {
    for (int i = 0; i < 1000; i++) {
      String when = "readings.temperature.value > " + (i + 1000.0);
      expect(201, put("many-" + i, when, ",\"mode\":\"shadow\""));
    }
    long start = System.nanoTime();
    JsonNode page = server.get(RULES + "?limit=1000&mode=shadow");
    assertThat(page.path("items")).hasSize(1000);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
  }

  @Test
  void triesARuleOnWhatWasRecorded() {
    Instant from = Instant.now();
    for (int i = 0; i < 5; i++) {
      for (String device : List.of("pump-a", "pump-b")) {
        expect(200, server.telemetry(device, "{\"temperature\": %d}".formatted(70 + 10 * (i % 2))));
      }
    }
    server.requireAccepted(10);
    String order =
        """
        {"from": "%s", "rule": %s}
        """;
    String hot = order.formatted(from, rule("readings.temperature.value > 75.0", ",\"id\":\"t\""));
    eventually(
        Duration.ofSeconds(20),
        "all is stored",
        () -> json(server.post(RULES + "/trial", hot)).path("messages").asInt() == 10);
    JsonNode trial = json(expect(200, server.post(RULES + "/trial", hot)));
    assertThat(trial.path("devices").asInt()).isEqualTo(2);
    assertThat(trial.at("/new/raised").asInt()).isEqualTo(4);
    assertThat(trial.at("/new/cleared").asInt()).isEqualTo(4);
    assertThat(trial.at("/difference/onlyNew").asInt()).isEqualTo(8);
    expect(201, put("t", "readings.temperature.value > 75.0", ""));
    JsonNode same = json(expect(200, server.post(RULES + "/trial", hot)));
    assertThat(same.at("/difference/both").asInt()).isEqualTo(8);
    assertThat(same.at("/old/version").asInt()).isEqualTo(1);
    List<String> lines = server.post(RULES + "/trial?format=ndjson", hot).body().lines().toList();
    assertThat(JsonMapper.shared().readTree(lines.getLast()).at("/result/difference/both").asInt())
        .isEqualTo(8);
    // Who sees acme only tries it on acme's devices, which pump-b is not.
    String acme = token("acme-tries", "acme", "rule.read", "readings.read");
    JsonNode within = json(expect(200, server.as(acme, "POST", RULES + "/trial", hot)));
    assertThat(within.path("devices").asInt()).isEqualTo(1);
    assertThat(within.toString()).doesNotContain("pump-b");
    assertThat(within.has("old")).isFalse();
    // Nor does he whose right is not to read what was measured.
    String blind = token("blind", "", "rule.read");
    JsonNode nothing = json(expect(200, server.as(blind, "POST", RULES + "/trial", hot)));
    assertThat(nothing.path("messages").asInt()).isZero();
  }

  @Test
  void worksOnPostgresqlToo(@TempDir Path folder) {
    String[] settings = TestRegistry.postgres(folder).toArray(String[]::new);
    try (RunningServer other = RunningServer.start(folder, settings)) {
      prepare(other);
      expect(201, other.put(RULES + "/hot", rule("readings.temperature.value > 1.0", "")));
      expect(200, other.put(RULES + "/hot", rule("readings.temperature.value > 2.0", "")));
      assertThat(other.get(RULES + "/hot").path("version").asInt()).isEqualTo(2);
      assertThat(other.get("/api/v1/alerts?state=open").path("total").asInt()).isZero();
    }
    try (RunningServer other = RunningServer.start(folder, settings)) {
      assertThat(other.get(RULES + "/hot/versions").path("items")).hasSize(2);
    }
  }
}
