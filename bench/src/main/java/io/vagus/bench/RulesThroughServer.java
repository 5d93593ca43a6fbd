package io.vagus.bench;

import io.vagus.bench.mqtt.Protocol;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * The ingest bench's load on a server with rules, of which none match; one object a bench.
 *
 * @param seconds measured, after half as many to warm up
 */
record RulesThroughServer(CommonOptions common, int clients, int seconds, Figures figures) {
  private static final Duration BOUND = Duration.ofMinutes(2);
  private static final Telemetry.Shape SHAPE = new Telemetry.Shape(Protocol.V5, 150, 1, false);

  void run(int rules) {
    try (Workplace place = common.workplace();
        ServerProcess server = place.start(common.serverFlags("--mqtts", "off"));
        Probe api = new Probe(server);
        MqttLoad load =
            new MqttLoad(clients, 20, server.tls(false), 1, Fleet.telemetry(SHAPE, false))) {
      Fleet.register(api, clients, 1, Optional.of(Fleet.SECRET));
      for (int i = 0; i < rules; i++) {
        api.put("/api/v1/rules/bench-" + i, rule(i));
      }
      awaitInForce(api, rules);
      load.connect(server.mqtt("mqtt"), 100, BOUND);
      load.allow(i -> Long.MAX_VALUE);
      Pause.of(Duration.ofSeconds(Math.max(1, seconds / 2)));
      load.requireNoFailure();
      double before = ProcessCost.cpuMicros(server.handle());
      long sent = load.acknowledged();
      Pause.of(Duration.ofSeconds(seconds));
      load.stop(BOUND);
      JsonNode ledger = api.drained();
      long messages = load.acknowledged() - sent;
      String name = "server_" + rules + "_rules_";
      figures.print(
          name + "cpu_per_message",
          (ProcessCost.cpuMicros(server.handle()) - before) / messages,
          "us");
      figures.print(name + "acknowledged_per_s", messages / (double) seconds, "1/s");
      figures.print(name + "ledger_balanced", ledger.path("balanced").asBoolean());
    }
  }

  private static void awaitInForce(Probe api, int rules) {
    if (rules > 0) {
      Pause.until(
          BOUND,
          "the last rule to be in force",
          () -> api.json("/api/v1/rules/bench-" + (rules - 1)).has("stats"));
    }
  }

  /** Over the metric that all devices send, with a bound that its values are never beyond. */
  private static String rule(int number) {
    return """
    {"id":"bench-%d","description":"","owner":"bench","mode":"live","products":["%s"],
     "when":"readings.m0.value > %d.0",
     "effects":[{"do":"event","severity":"info","text":"it is so"}]}
    """
        .formatted(number, Fleet.PRODUCT, 1_000_000_000 + number);
  }
}
