package io.vagus.fleet;

import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** One metric of a profile: what the product's model says of it, and how it moves. */
final class MetricFields {
  private MetricFields() {}

  static ObjectNode model(Fields f) {
    ObjectNode model = JsonMapper.shared().createObjectNode();
    model.put("type", f.text("type", type(f)));
    String unit = f.text("unit", "");
    if (!unit.isEmpty()) {
      model.put("unit", unit);
    }
    for (String bound : List.of("min", "max")) {
      double value = f.number(bound, Double.NaN);
      if (!Double.isNaN(value)) {
        model.put(bound, value);
      }
    }
    model.put("onViolation", f.text("onViolation", "flag"));
    if (f.has("faults")) {
      model.set("faults", f.as("faults"));
    }
    return model;
  }

  private static String type(Fields f) {
    List<String> words = f.texts("states");
    if (words.isEmpty()) {
      return "number";
    }
    return words.contains("true") ? "boolean" : "text";
  }

  static Signal signal(Fields f) {
    String kind = f.text("signal", "curve");
    int decimals = (int) f.number("decimals", 1);
    if (decimals < 0 || decimals > 6) {
      throw Fields.wrong("decimals", decimals + " (expected: 0 to 6)");
    }
    return switch (kind) {
      case "curve" -> curve(f, decimals);
      case "steps" -> new Signal.Steps(f.number("low", 0), f.number("high", 1), hold(f), decimals);
      case "counter" -> new Signal.Counter(f.number("perHour", 1), decimals);
      case "states" -> new Signal.States(f.texts("states"), f.number("usual", 0.9), hold(f));
      default ->
          throw Fields.wrong("signal", kind + " (expected: curve, steps, counter or states)");
    };
  }

  private static Signal curve(Fields f, int decimals) {
    return new Signal.Curve(
        f.number("base", 0),
        f.number("spread", 0),
        f.number("daily", 0),
        f.number("peakHour", 14),
        f.number("walk", 0),
        f.number("noise", 0),
        f.number("low", -1e9),
        f.number("high", 1e9),
        decimals);
  }

  private static long hold(Fields f) {
    return Math.max(1, f.micros("hold", "10m"));
  }
}
