package io.vagus.api;

import io.vagus.kit.Durations;
import io.vagus.kit.Spelling;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The parameters after the question mark. Immutable. */
final class Query {
  static final String TAG_PREFIX = "tag.";

  /** Stands for every name that begins with {@link #TAG_PREFIX}. */
  static final String TAGS = "tag.KEY";

  /**
   * Stands for every other name, which is ignored: where another's protocol says so (RFC 6749
   * §4.1.2).
   */
  static final String OTHERS = "*";

  private static final int MAX_LENGTH = 1024;
  private static final long LAST_SECOND = 253_402_300_799L; // 9999-12-31

  private final Map<String, String> values;

  private Query(Map<String, String> values) {
    this.values = values;
  }

  /** Refuses names that the route does not understand, and names given twice. */
  static Query parse(String raw, Route route) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String pair : raw.isEmpty() ? new String[0] : raw.split("&")) {
      int cut = pair.indexOf('=');
      String name = Percent.decode("query", cut < 0 ? pair : pair.substring(0, cut), true);
      String value = cut < 0 ? "" : Percent.decode("query", pair.substring(cut + 1), true);
      if (!route.understands(name) && route.query().contains(OTHERS)) {
        continue;
      }
      if (!route.understands(name)) {
        throw Problem.invalid(
            "query",
            Problem.shown(name)
                + " is not known (expected one of: "
                + route.query().stream().sorted().toList()
                + ")"
                + Spelling.hint(name, route.query()));
      }
      if (value.length() > MAX_LENGTH) {
        throw Problem.invalid(
            name, value.length() + " characters (expected: <= " + MAX_LENGTH + ")");
      }
      if (values.put(name, value) != null) {
        throw Problem.invalid(name, "given twice (expected: once)");
      }
    }
    return new Query(values);
  }

  Optional<String> string(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /** Values of {@code tag.KEY=VALUE}, by key. */
  Map<String, String> tags() {
    Map<String, String> tags = new LinkedHashMap<>();
    values.forEach((name, value) -> {
      if (name.startsWith(TAG_PREFIX)) {
        tags.put(name.substring(TAG_PREFIX.length()), value);
      }
    });
    return tags;
  }

  <T> Optional<T> choice(String name, Map<String, T> choices) {
    return string(name)
        .map(s -> {
          T value = choices.get(s);
          if (value == null) {
            throw Problem.invalid(
                name, Problem.shown(s) + " (expected one of: " + choices.keySet() + ")");
          }
          return value;
        });
  }

  int integer(String name, int standard, int least, int most) {
    String text = values.get(name);
    if (text == null) {
      return standard;
    }
    try {
      int value = Integer.parseInt(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // The message below says what was expected.
    }
    throw Problem.invalid(
        name,
        Problem.shown(text) + " (expected: a whole number from " + least + " to " + most + ")");
  }

  /** Microseconds of a duration such as {@code 10s}. */
  OptionalLong durationMicros(String name) {
    String text = values.get(name);
    if (text == null) {
      return OptionalLong.empty();
    }
    try {
      long micros = Durations.parse(text).toNanos() / 1000;
      if (micros > 0) {
        return OptionalLong.of(micros);
      }
    } catch (IllegalArgumentException | ArithmeticException e) {
      // The message below says what was expected.
    }
    throw Problem.invalid(
        name, Problem.shown(text) + " (expected: a duration such as 10s, 5m, 1h)");
  }

  /** {@code from}, at any time without one. */
  long fromMicros() {
    return timeMicros("from", Long.MIN_VALUE);
  }

  /** {@code to}, at any time without one. */
  long toMicros() {
    return timeMicros("to", Long.MAX_VALUE);
  }

  /** A time in RFC 3339, or in milliseconds since the epoch, as microseconds. */
  long timeMicros(String name, long standard) {
    String text = values.get(name);
    return text == null ? standard : timeMicros(name, text);
  }

  /** The same of a field of that name. */
  static long timeMicros(String name, String text) {
    try {
      Instant time =
          text.matches("\\d{1,15}")
              ? Instant.ofEpochMilli(Long.parseLong(text))
              // A plus sign that was not encoded arrives as a space.
              : OffsetDateTime.parse(text.replace(' ', '+')).toInstant();
      if (time.getEpochSecond() >= 0 && time.getEpochSecond() <= LAST_SECOND) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
      }
    } catch (DateTimeException e) {
      // The message below says what was expected.
    }
    throw Problem.invalid(
        name,
        Problem.shown(text)
            + " (expected: a time as 2026-11-22T10:00:00Z or in milliseconds, 1970 to 9999)");
  }
}
