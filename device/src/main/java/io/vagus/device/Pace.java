package io.vagus.device;

import java.time.Duration;
import java.util.OptionalDouble;

/**
 * How often a device reports: less often while nothing changes, and with a battery that runs low.
 *
 * @param shortest with all well and values that change
 * @param longest in any case
 */
public record Pace(Duration shortest, Duration longest) {
  private static final double HALF_FULL = 50;
  private static final double LOW = 20;

  public Pace {
    if (shortest.toMillis() < 1 || longest.compareTo(shortest) < 0) {
      throw new IllegalArgumentException(
          "pace: "
              + shortest
              + " to "
              + longest
              + " (expected: at least 1 ms, longest >= shortest)");
    }
  }

  /** Always the same. */
  public static Pace every(Duration interval) {
    return new Pace(interval, interval);
  }

  /**
   * Doubles while values are steady; a battery below half is asked half as often, a low one 8th.
   */
  Duration next(Duration before, Health health) {
    Duration wanted = health.steady() ? before.multipliedBy(2) : shortest;
    Duration least = shortest.multipliedBy(thrift(health.batteryPercent()));
    Duration next = wanted.compareTo(least) < 0 ? least : wanted;
    return next.compareTo(longest) > 0 ? longest : next;
  }

  private static int thrift(OptionalDouble batteryPercent) {
    double percent = batteryPercent.orElse(100);
    return percent < LOW ? 8 : percent < HALF_FULL ? 2 : 1;
  }
}
