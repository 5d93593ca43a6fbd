package io.vagus.device.mqtt;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long a device waits before it tries again: somewhere between a tenth and the whole of a span
 * that doubles with each attempt, so that a fleet that lost its server does not return as one.
 *
 * @param first the span after the first failure
 * @param most the longest span
 */
public record Backoff(Duration first, Duration most) {
  /** Ten thousand devices come back over five seconds, and over minutes from a long absence. */
  public static final Backoff DEFAULT = new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(2));

  /** A server that says it is busy is left alone as if so many attempts more had failed. */
  static final int BUSY_DOUBLINGS = 3;

  private static final int MAX_DOUBLINGS = 20;

  public Backoff {
    if (first.toMillis() < 1 || most.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "backoff: " + first + " to " + most + " (expected: at least 1 ms, most >= first)");
    }
  }

  /**
   * @param failures 1 and up
   */
  long waitMillis(int failures, RandomGenerator random) {
    long doubled = first.toMillis() << Math.clamp(failures - 1, 0, MAX_DOUBLINGS);
    long span = Math.min(most.toMillis(), doubled);
    return span / 10 + random.nextLong(span - span / 10 + 1);
  }
}
