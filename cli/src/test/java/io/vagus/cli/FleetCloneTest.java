package io.vagus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.kit.Durations;
import io.vagus.server.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A fleet, its clone on another server at another scale, and the clone's clone. */
@Timeout(180)
class FleetCloneTest {
  private static final String REAL =
      """
      {"products": [{
        "id": "meter", "devices": 30, "cadence": "1s", "http": 0.3,
        "versions": {"1.4.2": 2, "1.5.0": 1},
        "tags": {"tariff": {"day": 4, "night": 1}},
        "sites": [{"name": "Lyon", "lat": 45.76, "lon": 4.84, "share": 3}, {"name": "Oslo", "lat": 59.91, "lon": 10.75, "share": 1, "spread": 0.1}],
        "link": {"loss": 0.06, "duplicates": 0.1, "latency": "200ms"},
        "metrics": {
          "power": {"unit": "kW", "min": 0, "max": 50, "base": 7, "noise": 0.2},
          "count": {"type": "integer", "min": 0, "base": 40, "decimals": 0},
          "valve": {"signal": "states", "states": ["open", "shut"]}}},
       {"id": "valve", "devices": 10, "cadence": "500ms", "maxMessagesPerMinute": 900,
        "metrics": {"open": {"signal": "states", "states": ["false", "true"]}}}]}
      """;

  @TempDir Path folder;

  @Test
  void aCloneHasTheMixOfTheFleetItWasTakenFromAtAnyScale() throws IOException {
    JsonNode clone = runAndClone("real", Files.writeString(folder.resolve("r.json"), REAL), 40);
    assertThat(clone.path("products").path(0).path("devices").asInt()).isEqualTo(30);
    expectTheMix(clone);

    Path profile = Files.writeString(folder.resolve("clone.json"), clone.toString());
    JsonNode larger = runAndClone("staging", profile, 80);
    assertThat(larger.path("products").path(0).path("devices").asInt()).isEqualTo(60);
    assertThat(larger.path("products").path(1).path("devices").asInt()).isEqualTo(20);
    expectTheMix(larger);
  }

  private JsonNode runAndClone(String name, Path profile, int devices) {
    Path data = folder.resolve(name);
    Map<String, String> flags =
        Map.of("data", data.toString(), "http", "127.0.0.1:0", "mqtt", "127.0.0.1:0");
    try (Server server = Server.start(TestRegistry.configuration(flags))) {
      assertThat(server.readyLine()).contains("mqtt=");
      String words = "--profile " + profile + " --devices " + devices + " --seconds 15 --verify";
      MainTest.Run run = MainTest.run(("fleet --data " + data + " " + words).split(" "));
      assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
      MainTest.Run clone = MainTest.run("fleet", "clone", "--data", data.toString());
      assertThat(clone.exitCode()).as(clone.err()).isZero();
      return JsonMapper.shared().readTree(clone.out());
    }
  }

  private static void expectTheMix(JsonNode clone) {
    JsonNode meter = clone.path("products").path(0);
    assertThat(meter.path("id").asString()).isEqualTo("meter");
    expectShares(meter.path("versions"), Map.of("1.4.2", 2 / 3.0, "1.5.0", 1 / 3.0));
    expectShares(meter.path("tags").path("tariff"), Map.of("day", 0.8, "night", 0.2));
    assertThat(meter.path("http").asDouble()).isBetween(0.26, 0.34);
    expectTheSites(meter.path("sites"), meter.path("devices").asDouble());
    expectTheWayTheySend(meter);
    JsonNode valve = clone.path("products").path(1);
    assertThat(Durations.parse(valve.path("cadence").asString()).toMillis()).isBetween(475L, 525L);
    assertThat(valve.path("maxMessagesPerMinute").asLong()).isEqualTo(900);
    assertThat(valve.path("link").path("loss").asDouble()).isZero();
  }

  private static void expectShares(JsonNode counts, Map<String, Double> shares) {
    double all = counts.properties().stream().mapToDouble(c -> c.getValue().asDouble()).sum();
    assertThat(counts.propertyNames()).containsExactlyInAnyOrderElementsOf(shares.keySet());
    shares.forEach((value, share) ->
        assertThat(counts.path(value).asDouble() / all)
            .as(value + " of " + counts)
            .isBetween(share - 0.05, share + 0.05));
  }

  private static void expectTheSites(JsonNode sites, double devices) {
    assertThat(sites.size()).isEqualTo(2);
    for (JsonNode site : sites) {
      boolean lyon = site.path("name").asString().equals("Lyon");
      assertThat(site.path("share").asDouble() / devices)
          .isBetween(lyon ? 0.7 : 0.2, lyon ? 0.8 : 0.3);
      assertThat(site.path("lat").asDouble()).isBetween(lyon ? 45.7 : 59.7, lyon ? 45.8 : 60.1);
      assertThat(site.path("lon").asDouble()).isBetween(lyon ? 4.8 : 10.55, lyon ? 4.9 : 10.95);
      assertThat(site.path("spread").asDouble()).isBetween(lyon ? 0.01 : 0.04, lyon ? 0.03 : 0.17);
    }
  }

  private static void expectTheWayTheySend(JsonNode meter) {
    assertThat(Durations.parse(meter.path("cadence").asString()).toMillis()).isBetween(950L, 1050L);
    JsonNode link = meter.path("link");
    assertThat(link.path("duplicates").asDouble()).isBetween(0.06, 0.15);
    assertThat(link.path("loss").asDouble()).isBetween(0.03, 0.1);
    assertThat(Durations.parse(link.path("latency").asString()).toMillis()).isBetween(150L, 320L);
    JsonNode power = meter.path("metrics").path("power");
    assertThat(power.path("base").asDouble()).isBetween(6.5, 7.5);
    assertThat(power.path("max").asDouble()).isEqualTo(50);
    assertThat(meter.path("metrics").path("count").path("type").asString()).isEqualTo("integer");
    assertThat(meter.path("metrics").path("valve").path("states").size()).isBetween(1, 2);
  }
}
