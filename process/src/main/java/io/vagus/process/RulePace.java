package io.vagus.process;

import java.util.Arrays;

/** How often something happened in each of the last minutes. Thread-safe. */
final class RulePace {
  private static final int MINUTES = 5;
  private static final long MINUTE_MICROS = 60_000_000;

  private final long[] minutes = new long[MINUTES];
  private final long[] counts = new long[MINUTES];

  RulePace() {
    Arrays.fill(minutes, Long.MIN_VALUE);
  }

  synchronized void count(long nowMicros) {
    long minute = nowMicros / MINUTE_MICROS;
    int at = (int) Math.floorMod(minute, (long) MINUTES);
    if (minutes[at] != minute) {
      minutes[at] = minute;
      counts[at] = 0;
    }
    counts[at]++;
  }

  /** On average over the last five, the one that has begun among them. */
  synchronized double perMinute(long nowMicros) {
    long minute = nowMicros / MINUTE_MICROS;
    long sum = 0;
    for (int i = 0; i < MINUTES; i++) {
      if (minutes[i] > minute - MINUTES && minutes[i] <= minute) {
        sum += counts[i];
      }
    }
    return (double) sum / MINUTES;
  }
}
