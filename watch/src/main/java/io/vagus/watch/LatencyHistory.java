package io.vagus.watch;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Delivery latency over time: in all, and of up to {@link #MAX_PRODUCTS} products, minute by minute
 * for a day. Rows with nothing in them take no memory; all of them 170 kB a product. Guarded by
 * itself.
 */
final class LatencyHistory {
  static final int MAX_PRODUCTS = 64;
  private static final int MINUTES = 24 * 60;
  private static final int RECENT_STEPS = 30;

  private final Map<String, LatencyCounts> counts = new ConcurrentHashMap<>();
  private final Map<String, LatencyRing> products = new ConcurrentHashMap<>();
  private final LatencyRing all = new LatencyRing(MINUTES);
  private final LatencyRing recent = new LatencyRing(RECENT_STEPS);
  private long lastMinuteMicros;

  void begin(long nowMicros) {
    lastMinuteMicros = nowMicros;
  }

  /** Of a product; those beyond the bound count only in all. */
  LatencyCounts of(String product) {
    LatencyCounts known = counts.computeIfAbsent(product, p -> new LatencyCounts());
    if (products.size() < MAX_PRODUCTS) {
      products.computeIfAbsent(product, p -> new LatencyRing(MINUTES));
    }
    return known;
  }

  /** Ends steps of 10 seconds. */
  synchronized void closeRecent(long steps) {
    recent.close(steps, total());
  }

  synchronized void closeMinutes(long steps, long nowMicros) {
    all.close(steps, total());
    products.forEach((product, rows) -> rows.close(steps, sum(product)));
    lastMinuteMicros = nowMicros;
  }

  /** Of the last five minutes, or since the start. */
  synchronized Latency recent() {
    return Latency.of(recent.sum(RECENT_STEPS, total()));
  }

  /**
   * @param product empty for all; one that is not kept has no rows
   */
  synchronized LatencyMap map(String product, int minutes) {
    LatencyRing rows = product.isEmpty() ? all : products.get(product);
    long[][] newest = rows == null ? new long[0][] : rows.newest(minutes);
    return new LatencyMap(
        60, lastMinuteMicros - newest.length * 60_000_000L, LatencyCounts.boundsMillis(), newest);
  }

  private long[] total() {
    long[] sums = new long[LatencyCounts.COLUMNS];
    counts.values().forEach(c -> c.addTo(sums));
    return sums;
  }

  private long[] sum(String product) {
    long[] sums = new long[LatencyCounts.COLUMNS];
    LatencyCounts of = counts.get(product);
    if (of != null) {
      of.addTo(sums);
    }
    return sums;
  }
}
