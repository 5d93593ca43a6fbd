package io.vagus.process;

import io.vagus.rule.RuleStats;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Latencies counted by size, four columns to a doubling, so that a percentile is right to a fifth.
 * One thread writes, any may read.
 */
final class RuleLatency {
  private static final int PER_DOUBLING = 4;
  private static final int DOUBLINGS = 40;

  private final AtomicLongArray counts = new AtomicLongArray(PER_DOUBLING * DOUBLINGS);

  void record(long micros) {
    int column = column(Math.max(1, micros));
    counts.setOpaque(column, counts.getPlain(column) + 1);
  }

  private static int column(long micros) {
    double doublings = Math.log(micros) / Math.log(2);
    return (int) Math.min(Math.ceil(doublings * PER_DOUBLING), PER_DOUBLING * DOUBLINGS - 1);
  }

  RuleStats.Latency percentiles() {
    long[] now = new long[counts.length()];
    long all = 0;
    for (int i = 0; i < now.length; i++) {
      now[i] = counts.getOpaque(i);
      all += now[i];
    }
    return new RuleStats.Latency(
        all, millis(now, all, 0.5), millis(now, all, 0.95), millis(now, all, 0.99));
  }

  private static double millis(long[] counts, long all, double share) {
    long wanted = (long) Math.ceil(all * share);
    long passed = 0;
    for (int i = 0; i < counts.length && wanted > 0; i++) {
      passed += counts[i];
      if (passed >= wanted) {
        return Math.pow(2, (double) i / PER_DOUBLING) / 1000;
      }
    }
    return 0;
  }
}
