package io.vagus.watch;

/**
 * Delivery latency of the messages that gave their time, within a window; percentiles without the
 * late ones, between the bounds that they were counted by.
 *
 * @param count of them
 * @param late of them buffered for more than a minute
 */
public record Latency(double p50Millis, double p95Millis, double p99Millis, long count, long late) {

  static Latency of(long[] counts) {
    long late = counts[counts.length - 1];
    long timely = 0;
    for (int i = 0; i < counts.length - 1; i++) {
      timely += counts[i];
    }
    return new Latency(
        percentile(counts, timely, 0.5),
        percentile(counts, timely, 0.95),
        percentile(counts, timely, 0.99),
        timely + late,
        late);
  }

  /** Taken for evenly spread within a column. */
  private static double percentile(long[] counts, long total, double share) {
    long[] bounds = LatencyCounts.boundsMillis();
    double rank = total * share;
    double passed = 0;
    for (int i = 0; i < bounds.length && total > 0; i++) {
      if (counts[i] > 0 && passed + counts[i] >= rank) {
        double from = i == 0 ? 0 : bounds[i - 1];
        return from + (bounds[i] - from) * (rank - passed) / counts[i];
      }
      passed += counts[i];
    }
    return 0;
  }
}
