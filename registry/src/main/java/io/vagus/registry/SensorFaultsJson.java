package io.vagus.registry;

import io.vagus.model.SensorFaults;
import io.vagus.model.SensorFaults.Reference;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The faults looked for in a metric as the registry holds them. Models older than these have no
 * such field. Field names are stored: they never change meaning.
 */
final class SensorFaultsJson {
  private SensorFaultsJson() {}

  static void write(SensorFaults faults, ObjectNode metric) {
    if (faults.isNone()) {
      return;
    }
    ObjectNode to = metric.putObject("faults");
    faults
        .stuck()
        .ifPresent(s ->
            to.putObject("stuck").put("after", s.after().toString()).put("readings", s.readings()));
    faults
        .spike()
        .ifPresent(s -> {
          ObjectNode spike = to.putObject("spike").put("factor", s.factor());
          s.usual().ifPresent(usual -> spike.put("usual", usual));
        });
    faults
        .noise()
        .ifPresent(n -> {
          ObjectNode noise = to.putObject("noise").put("factor", n.factor());
          n.usual().ifPresent(usual -> noise.put("usual", usual));
        });
    faults.bias().ifPresent(bias -> write(bias, to.putObject("bias")));
  }

  private static void write(SensorFaults.Bias bias, ObjectNode to) {
    switch (bias.reference()) {
      case Reference.Expected(double value) -> to.put("expected", value);
      case Reference.Sibling(String metric) -> to.put("metric", metric);
      case Reference.Related(String relation, String metric) ->
          to.put("relation", relation).put("metric", metric);
    }
    to.put("tolerance", bias.tolerance()).put("after", bias.after().toString());
  }

  static SensorFaults read(JsonNode metric) {
    JsonNode faults = metric.path("faults");
    if (!faults.isObject()) {
      return SensorFaults.NONE;
    }
    return new SensorFaults(
        part(faults, "stuck").map(s -> new SensorFaults.Stuck(time(s), s.path("readings").asInt())),
        part(faults, "spike").map(s -> new SensorFaults.Spike(factor(s), Json.number(s, "usual"))),
        part(faults, "noise").map(n -> new SensorFaults.Noise(factor(n), Json.number(n, "usual"))),
        part(faults, "bias")
            .map(
                b -> new SensorFaults.Bias(reference(b), b.path("tolerance").asDouble(), time(b))));
  }

  private static Optional<JsonNode> part(JsonNode faults, String kind) {
    return faults.has(kind) ? Optional.of(faults.path(kind)) : Optional.empty();
  }

  private static Duration time(JsonNode node) {
    return Duration.parse(node.path("after").asString());
  }

  private static double factor(JsonNode node) {
    return node.path("factor").asDouble();
  }

  private static Reference reference(JsonNode bias) {
    if (bias.has("expected")) {
      return new Reference.Expected(bias.path("expected").asDouble());
    }
    String metric = bias.path("metric").asString();
    return bias.has("relation")
        ? new Reference.Related(bias.path("relation").asString(), metric)
        : new Reference.Sibling(metric);
  }
}
