package io.vagus.api;

/**
 * Widths of steps that people read easily. Those of a minute and more are multiples of a minute, so
 * that the roll-ups answer them.
 */
final class Steps {
  private static final long MILLI = 1000;
  private static final long SECOND = 1000 * MILLI;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;

  private static final long[] MICROS = {
    MILLI,
    2 * MILLI,
    5 * MILLI,
    10 * MILLI,
    20 * MILLI,
    50 * MILLI,
    100 * MILLI,
    200 * MILLI,
    500 * MILLI,
    SECOND,
    2 * SECOND,
    5 * SECOND,
    10 * SECOND,
    15 * SECOND,
    30 * SECOND,
    MINUTE,
    2 * MINUTE,
    3 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY
  };

  private Steps() {}

  /** The least width with which the range has at most {@code points} whole steps. */
  static long forPoints(long rangeMicros, int points) {
    long least = Math.ceilDiv(rangeMicros, points);
    for (long step : MICROS) {
      if (step >= least) {
        return step;
      }
    }
    return Math.ceilDiv(least, DAY) * DAY;
  }
}
