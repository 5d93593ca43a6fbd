package io.vagus.model;

import static io.vagus.model.MetricType.INTEGER;
import static io.vagus.model.MetricType.NUMBER;
import static io.vagus.model.MetricType.TEXT;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What every device may say of itself, whatever its product's model lists (decision 0050). A model
 * that lists one of these names has the last word on it.
 */
final class HealthMetrics {
  private static final Map<String, MetricModel> BY_NAME =
      Stream.of(
              metric("battery", NUMBER, "%", OptionalDouble.of(100)),
              metric("uptime", NUMBER, "s", OptionalDouble.empty()),
              new MetricModel(
                  "health.signal",
                  NUMBER,
                  "dB[mW]",
                  OptionalDouble.of(-200),
                  OptionalDouble.of(50),
                  Violation.FLAG),
              metric("memory", NUMBER, "By", OptionalDouble.empty()),
              metric("kept", INTEGER, "", OptionalDouble.empty()),
              metric("dropped", INTEGER, "", OptionalDouble.empty()),
              metric("next", NUMBER, "s", OptionalDouble.empty()),
              new MetricModel(
                  "health.firmware",
                  TEXT,
                  "",
                  OptionalDouble.empty(),
                  OptionalDouble.empty(),
                  Violation.FLAG))
          .collect(Collectors.toUnmodifiableMap(MetricModel::name, Function.identity()));

  private HealthMetrics() {}

  private static MetricModel metric(String name, MetricType type, String unit, OptionalDouble max) {
    return new MetricModel("health." + name, type, unit, OptionalDouble.of(0), max, Violation.FLAG);
  }

  static Map<String, MetricModel> all() {
    return BY_NAME;
  }

  /** Null: it is none of them. */
  static @Nullable MetricModel named(String name) {
    return BY_NAME.get(name);
  }
}
