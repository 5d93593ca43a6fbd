package io.vagus.wire;

import io.vagus.model.MetricType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a device says of one moment, as it said it.
 *
 * @param id its idempotency key; null without one
 * @param timeMicros by its own clock; {@link #ABSENT} when it gave none
 * @param relativeMicros time relative to the arrival, for a device without a clock (RFC 8428
 *     §4.5.3); 0 otherwise
 * @param sequence its running number, 0 and up; {@link #ABSENT} when it gave none
 * @param values in the order given, each name once
 */
public record Sample(
    @Nullable String id,
    long timeMicros,
    long relativeMicros,
    long sequence,
    List<MetricValue> values) {
  public static final long ABSENT = Long.MIN_VALUE;

  /** A sample at a moment, with nothing but values. */
  public static Sample of(long timeMicros, MetricValue... values) {
    return new Sample(null, timeMicros, 0, ABSENT, List.of(values));
  }

  public boolean hasTime() {
    return timeMicros != ABSENT;
  }

  public boolean hasSequence() {
    return sequence != ABSENT;
  }

  /**
   * One value as the device typed it.
   *
   * @param type INTEGER when written without fraction and exponent
   * @param number 0 or 1 for a boolean; NaN when {@code text} holds it
   */
  public record MetricValue(String name, MetricType type, double number, @Nullable String text) {
    public static MetricValue number(String name, double value) {
      return new MetricValue(name, MetricType.NUMBER, value, null);
    }

    public static MetricValue integer(String name, long value) {
      return new MetricValue(name, MetricType.INTEGER, value, null);
    }

    public static MetricValue bool(String name, boolean value) {
      return new MetricValue(name, MetricType.BOOLEAN, value ? 1 : 0, null);
    }

    public static MetricValue text(String name, String value) {
      return new MetricValue(name, MetricType.TEXT, Double.NaN, value);
    }
  }
}
