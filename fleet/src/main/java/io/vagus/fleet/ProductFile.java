package io.vagus.fleet;

import io.vagus.kit.Durations;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A product model in the form the API takes, as a profile: its metrics move within the ranges that
 * the model allows.
 */
final class ProductFile {
  private static final String CADENCE = "10s";
  private static final double NO_BOUND = 1e9;

  private ProductFile() {}

  static Profile parse(String text) {
    JsonNode json;
    try {
      json = JsonMapper.shared().readTree(text);
    } catch (JacksonException e) {
      throw wrong("no JSON: " + e.getOriginalMessage());
    }
    if (!(json instanceof ObjectNode model) || !model.path("id").isString()) {
      throw wrong("no id (expected: a product model, as `./vagus product show` prints it)");
    }
    // The registry numbers the versions: what was shown by it can be given to another.
    model.remove("version");
    Map<String, Signal> signals = new LinkedHashMap<>();
    model.path("metrics").properties().forEach(m -> signals.put(m.getKey(), signal(m.getValue())));
    if (signals.isEmpty()) {
      throw wrong("metrics: none (expected: one or more, or devices have nothing to send)");
    }
    String id = model.path("id").asString();
    Profile.Sending sending =
        new Profile.Sending(
            cadence(model).toNanos() / 1000, 0, Link.STRAIGHT, new Profile.Clock(0, 0));
    return new Profile(
        List.of(
            new Profile.Product(
                id,
                1,
                model.path("name").asString(id) + " {n}",
                model.toString(),
                signals,
                sending,
                Map.of(),
                List.of(),
                List.of())));
  }

  private static Duration cadence(JsonNode model) {
    try {
      return Durations.parse(model.path("cadence").asString(CADENCE));
    } catch (IllegalArgumentException e) {
      throw wrong("cadence: " + e.getMessage());
    }
  }

  private static Signal signal(JsonNode metric) {
    return switch (metric.path("type").asString("number")) {
      case "boolean" -> new Signal.States(List.of("false", "true"), 0.9, Signal.HOUR / 15);
      case "text" -> new Signal.States(List.of("ok", "degraded"), 0.95, Signal.HOUR / 6);
      case "integer" -> curve(metric, 0);
      default -> curve(metric, 2);
    };
  }

  /** About the middle of the range, by day and by chance; near the lower bound without an upper. */
  private static Signal.Curve curve(JsonNode metric, int decimals) {
    double min = metric.path("min").asDouble(Double.NaN);
    double max = metric.path("max").asDouble(Double.NaN);
    double low = Double.isNaN(min) ? (Double.isNaN(max) ? 0 : max - 100) : min;
    double span = Double.isNaN(max) ? 100 : max - low;
    return new Signal.Curve(
        low + span / 2,
        span * 0.06,
        span * 0.12,
        14,
        span * 0.05,
        span * 0.01,
        Double.isNaN(min) ? -NO_BOUND : min,
        Double.isNaN(max) ? NO_BOUND : max,
        span < 1 ? 6 : decimals);
  }

  private static VagusException wrong(String what) {
    return new VagusException(ErrorCode.INVALID_SETTING, "product model: " + what);
  }
}
