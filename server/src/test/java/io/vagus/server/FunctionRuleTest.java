package io.vagus.server;

import static io.vagus.server.RunningServer.expect;
import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.function.Shipped;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Rules that call functions in WebAssembly, through a whole server's sockets. */
@Timeout(120)
class FunctionRuleTest {
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final String SPIN =
      """
      {"manifest": {"functions": [{"name": "s", "result": "integer"}]},
       "wasm": "AGFzbQEAAAABBQFgAAF+AwIBAAcFAQFzAAAKCgEIAANADAALAAs="}
      """;

  @TempDir static Path data;
  private static RunningServer server;

  @BeforeAll
  static void start() throws Exception {
    server = RunningServer.start(data);
    expect(
        201,
        server.post(
            "/api/v1/products",
            "{\"id\":\"oven\",\"metrics\":{\"temperature\":{\"unit\":\"Cel\"}}}"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpResponse<String> put(String module, String manifest) {
    return server.put(
        "/api/v1/functions/" + module,
        "{\"manifest\": %s, \"wasm\": \"%s\"}"
            .formatted(manifest, Base64.getEncoder().encodeToString(Shipped.module("units"))));
  }

  private static void rule(String id, String when) {
    expect(
        201,
        server.put(
            "/api/v1/rules/" + id,
            """
            {"owner": "tests", "products": ["oven"], "when": "%s",
             "effects": [{"do": "event", "text": "hot"}]}
            """
                .formatted(when)));
  }

  private static void device(String id) {
    expect(
        201,
        server.post(
            "/api/v1/devices",
            "{\"id\":\"%s\",\"product\":\"oven\",\"secret\":\"correct horse\"}".formatted(id)));
  }

  private static void measures(String device, double temperature) {
    expect(200, server.telemetry(device, "{\"temperature\": " + temperature + "}"));
  }

  private static JsonNode of(String rule) {
    return server.get("/api/v1/rules/" + rule);
  }

  private static int raised(String rule) {
    return of(rule).path("stats").path("raised").asInt(0);
  }

  /** A rule is in force some moments after it is saved: the device goes on until it is. */
  private static void raises(String rule, String device) {
    int before = raised(rule);
    eventually(
        BOUND,
        rule + " is raised",
        () -> {
          measures(device, 20);
          measures(device, 101);
          return raised(rule) > before;
        });
  }

  private static void compiled(String rule, String how) {
    eventually(
        BOUND, rule + " is " + how, () -> of(rule).path("compiled").asString("").equals(how));
  }

  @Test
  void aRuleCallsAFunctionAndFollowsItsVersions() {
    expect(201, put("units", Shipped.manifest("units")));
    rule("hot", "units.fahrenheit(readings.temperature.value) > 212.0");
    device("oven-1");
    raises("hot", "oven-1");
    assertThat(server.as(server.token(), "DELETE", "/api/v1/functions/units", "").body())
        .contains("function units.fahrenheit: rule hot calls it (expected: no rule does)");

    String without =
        """
        {"functions": [{"name": "celsius", "parameters": [{"name": "x", "type": "number"}],
                        "result": "number"}]}
        """;
    expect(200, put("units", without));
    compiled("hot", "broken");
    assertThat(of("hot").path("errors").toString()).contains("units.fahrenheit");

    expect(200, put("units", Shipped.manifest("units")));
    compiled("hot", "ok");
    raises("hot", "oven-1");
    assertThat(server.get("/api/v1/functions/units/versions").path("items")).hasSize(3);
  }

  /** It has no answer, says why, and is in nobody's way. */
  @Test
  void aFunctionThatSpinsIsAnErrorOfItsRule() {
    expect(201, server.put("/api/v1/functions/spin", SPIN));
    rule("spins", "readings.temperature.value > 0.0 && spin.s() > 0");
    rule("simple", "readings.temperature.value > 50.0");
    device("oven-3");
    eventually(
        BOUND,
        "the error is told",
        () -> {
          measures("oven-3", 60);
          return of("spins")
              .path("stats")
              .path("lastError")
              .asString("")
              .contains("spin.s: takes more than 1000000 instructions");
        });
    raises("simple", "oven-3");
    assertThat(raised("spins")).isZero();
  }

  @Test
  void aCallOfTheApiAnswersAsARuleWould() {
    expect(201, put("temperature", Shipped.manifest("units")));
    String path = "/api/v1/functions/temperature/call";
    assertThat(server.post(path, "{\"function\": \"fahrenheit\", \"arguments\": [37]}").body())
        .isEqualTo("{\"result\":98.6}");
    assertThat(server.post(path, "{\"function\": \"fahrenheit\", \"arguments\": []}").body())
        .isEqualTo("{\"unknown\":\"0 arguments (expected: 1)\"}");
    HttpResponse<String> refused =
        server.put(
            "/api/v1/functions/evil",
            "{\"manifest\": {\"functions\": [{\"name\": \"f\", \"result\": \"integer\"}]},"
                + " \"wasm\": \"AGFzbQEAAAA=\"}");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("function evil: exports no function f");
    assertThat(
            server.as(server.token(), "DELETE", "/api/v1/functions/temperature", "").statusCode())
        .isEqualTo(204);
  }
}
