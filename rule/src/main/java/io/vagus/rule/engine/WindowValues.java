package io.vagus.rule.engine;

import io.vagus.expression.Lookup;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an expression sees of a window. Pure. */
final class WindowValues {
  static final List<String> NUMBERS =
      List.of("sum", "mean", "min", "max", "first", "last", "stddev", "rms");

  private WindowValues() {}

  /**
   * Of a span; one without readings has a count and nothing else.
   *
   * @param toMicros its end
   */
  static Lookup of(Pane span, long toMicros) {
    return field -> span.count == 0 ? empty(field) : value(span, toMicros, field);
  }

  private static @Nullable Object empty(String field) {
    return field.equals("count") ? 0.0 : null;
  }

  /** Of a window that has seen nothing yet. */
  static Lookup none(WindowShape shape) {
    return shape.kind() == WindowShape.Kind.ABSENCE
        ? field -> field.equals("absent") ? false : null
        : WindowValues::empty;
  }

  private static @Nullable Object value(Pane span, long toMicros, String field) {
    return switch (field) {
      case "count" -> (double) span.count;
      case "sum" -> span.sum;
      case "mean" -> span.mean();
      case "min" -> span.min;
      case "max" -> span.max;
      case "first" -> span.first;
      case "last" -> span.last;
      case "stddev" -> span.deviation();
      case "rms" -> span.rootMeanSquare();
      case "from" -> instant(span.fromMicros);
      case "to" -> instant(toMicros);
      default -> null;
    };
  }

  static Lookup of(AbsenceState state) {
    return field ->
        switch (field) {
          case "absent" -> state.isAbsent();
          case "since" -> state.isAbsent() ? instant(state.heardMicros()) : null;
          default -> null;
        };
  }

  static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
