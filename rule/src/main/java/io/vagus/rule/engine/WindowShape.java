package io.vagus.rule.engine;

import io.vagus.rule.Window;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A window as the engine needs it, in microseconds.
 *
 * @param sizeMicros of an absence the silence, of a session the gap
 * @param latenessMicros 0 where there is none
 * @param slideMicros of a sliding one
 * @param longestMicros of a session
 * @param signature equal for windows that may go on with what another one remembers
 */
record WindowShape(
    String name,
    String metric,
    Kind kind,
    long sizeMicros,
    long latenessMicros,
    long slideMicros,
    long longestMicros,
    int signature) {

  enum Kind {
    TUMBLING,
    SLIDING,
    SESSION,
    ABSENCE
  }

  static WindowShape of(String name, Window window) {
    return switch (window) {
      case Window.Tumbling w ->
          of(name, w.metric(), Kind.TUMBLING, w.size(), w.lateness(), w.size(), w.size());
      case Window.Sliding w ->
          of(name, w.metric(), Kind.SLIDING, w.size(), Duration.ZERO, w.slide(), w.size());
      case Window.Session w ->
          of(name, w.metric(), Kind.SESSION, w.gap(), w.lateness(), w.gap(), w.longest());
      case Window.Absence w ->
          of(name, w.metric(), Kind.ABSENCE, w.after(), Duration.ZERO, w.after(), w.after());
    };
  }

  private static WindowShape of(
      String name,
      String metric,
      Kind kind,
      Duration size,
      Duration lateness,
      Duration slide,
      Duration longest) {
    String definition =
        String.join(
            " ",
            kind.name(),
            metric,
            size.toString(),
            lateness.toString(),
            slide.toString(),
            longest.toString());
    return new WindowShape(
        name,
        metric,
        kind,
        micros(size),
        micros(lateness),
        micros(slide),
        micros(longest),
        definition.hashCode()); // the language says how: the same in every release
  }

  static long micros(Duration duration) {
    return duration.toNanos() / 1000;
  }

  /** Whether its rule is judged when a span of it is over. */
  boolean closes() {
    return kind == Kind.TUMBLING || kind == Kind.SESSION;
  }

  /** How many panes a sliding span has. */
  long panes() {
    return Math.ceilDiv(sizeMicros, slideMicros);
  }

  WindowState fresh() {
    return switch (kind) {
      case TUMBLING, SESSION -> new SpanState(signature);
      case SLIDING -> new SlidingState(signature);
      case ABSENCE -> new AbsenceState(signature);
    };
  }

  /** Whether it can go on with that. */
  boolean fits(@Nullable WindowState state) {
    return state != null && state.signature() == signature;
  }
}
