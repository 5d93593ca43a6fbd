package io.vagus.watch;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How long messages took from their device's (corrected) time to their arrival, counted by bound
 * since the start. One thread writes, any may read.
 */
public final class LatencyCounts {
  private static final long[] BOUNDS_MILLIS = {
    1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1000, 1500, 2000, 3000,
    5000, 7000, 10_000, 15_000, 20_000, 30_000, 60_000
  };

  /** One more than bounds: the last counts what was buffered longer than the last bound. */
  static final int COLUMNS = BOUNDS_MILLIS.length + 1;

  private final AtomicLongArray counts = new AtomicLongArray(COLUMNS);

  LatencyCounts() {}

  /** Upper bounds of the columns, in milliseconds, included. */
  public static long[] boundsMillis() {
    return BOUNDS_MILLIS.clone();
  }

  /** A message that gave its time. */
  public void record(long micros) {
    int column = column(micros);
    counts.setOpaque(column, counts.getPlain(column) + 1);
  }

  private static int column(long micros) {
    int low = 0;
    int high = BOUNDS_MILLIS.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (micros <= BOUNDS_MILLIS[middle] * 1000) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** Adds the counts so far. */
  void addTo(long[] sums) {
    for (int i = 0; i < COLUMNS; i++) {
      sums[i] += counts.getOpaque(i);
    }
  }
}
