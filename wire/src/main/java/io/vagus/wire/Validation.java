package io.vagus.wire;

import io.vagus.kit.ErrorCode;
import io.vagus.model.MetricModel;
import io.vagus.model.MetricType;
import io.vagus.model.ProductModel;
import io.vagus.model.Quality;
import io.vagus.model.Violation;
import io.vagus.wire.Sample.MetricValue;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Judges values by their product model. A message is good as a whole or not at all: one value that
 * the model refuses sends all of it to the dead letters, so that a replay brings all of it back.
 */
public final class Validation {

  /** Why a message breaks its model; {@code why} names field, value and bound. */
  public record Problem(ErrorCode code, String why) {}

  private Validation() {}

  /** The first value that the model refuses. */
  public static Optional<Problem> check(List<Sample> samples, ProductModel model) {
    if (model.metrics().isEmpty() && accepts(model.unknownMetrics())) {
      return Optional.empty();
    }
    for (Sample sample : samples) {
      for (MetricValue value : sample.values()) {
        MetricModel metric = model.metric(value.name());
        Optional<Problem> problem =
            metric == null ? checkUnknown(value, model) : checkKnown(value, metric);
        if (problem.isPresent()) {
          return problem;
        }
      }
    }
    return Optional.empty();
  }

  /**
   * {@link Quality} bits of a value that passed {@link #check}.
   *
   * @param metric of the model; null: it knows none of that name
   */
  public static int quality(MetricValue value, ProductModel model, @Nullable MetricModel metric) {
    if (metric == null) {
      return model.unknownMetrics().isPresent() ? Quality.UNKNOWN_METRIC : Quality.GOOD;
    }
    return inRange(value, metric) ? Quality.GOOD : Quality.OUT_OF_RANGE;
  }

  private static boolean accepts(Optional<Violation> unknown) {
    return unknown.isEmpty() || unknown.get() != Violation.REFUSE;
  }

  private static Optional<Problem> checkUnknown(MetricValue value, ProductModel model) {
    return accepts(model.unknownMetrics())
        ? Optional.empty()
        : Optional.of(
            new Problem(
                ErrorCode.METRIC_UNKNOWN,
                "%s: %s (expected: a metric of product %s version %d)"
                    .formatted(value.name(), text(value), model.id(), model.version())));
  }

  private static Optional<Problem> checkKnown(MetricValue value, MetricModel metric) {
    if (!hasType(value, metric.type())) {
      return Optional.of(
          new Problem(
              ErrorCode.VALUE_WRONG_TYPE,
              "%s: %s (expected: %s)".formatted(value.name(), text(value), metric.type())));
    }
    if (metric.onViolation() == Violation.REFUSE && !inRange(value, metric)) {
      return Optional.of(
          new Problem(
              ErrorCode.VALUE_OUT_OF_RANGE,
              "%s: %s (expected: %s to %s%s)"
                  .formatted(
                      value.name(),
                      text(value),
                      metric.min().isPresent() ? metric.min().getAsDouble() : "any",
                      metric.max().isPresent() ? metric.max().getAsDouble() : "any",
                      metric.unit().isEmpty() ? "" : " " + metric.unit())));
    }
    return Optional.empty();
  }

  /** A number without fraction is an integer however it was written: 21.0 as 21. */
  private static boolean hasType(MetricValue value, MetricType expected) {
    return switch (expected) {
      case NUMBER -> value.type() == MetricType.NUMBER || value.type() == MetricType.INTEGER;
      case INTEGER ->
          value.type() == MetricType.INTEGER
              || (value.type() == MetricType.NUMBER && value.number() == Math.rint(value.number()));
      case BOOLEAN -> value.type() == MetricType.BOOLEAN;
      case TEXT -> value.type() == MetricType.TEXT;
    };
  }

  private static boolean inRange(MetricValue value, MetricModel metric) {
    if (value.type() != MetricType.NUMBER && value.type() != MetricType.INTEGER) {
      return true;
    }
    return (metric.min().isEmpty() || value.number() >= metric.min().getAsDouble())
        && (metric.max().isEmpty() || value.number() <= metric.max().getAsDouble());
  }

  private static String text(MetricValue value) {
    return switch (value.type()) {
      case TEXT -> "\"" + Excerpt.of(String.valueOf(value.text())) + "\"";
      case BOOLEAN -> value.number() != 0 ? "true" : "false";
      case INTEGER, NUMBER -> String.valueOf(value.number());
    };
  }
}
