package io.vagus.watch;

import java.util.Arrays;

/** Latency counts step by step, a bounded number of steps. Guarded by its owner. */
final class LatencyRing {
  private static final int[] EMPTY = new int[0];

  private final int[][] rows;
  private final long[] before = new long[LatencyCounts.COLUMNS];
  private long closed;

  LatencyRing(int steps) {
    this.rows = new int[steps][];
    Arrays.fill(rows, EMPTY);
  }

  /**
   * Ends steps; those after the first are empty.
   *
   * @param now counts since the start
   */
  void close(long steps, long[] now) {
    for (long i = 0; i < Math.min(steps, rows.length); i++) {
      rows[(int) (closed++ % rows.length)] = i == 0 ? risen(now) : EMPTY;
    }
  }

  /** Without a message in it a step takes no memory. */
  private int[] risen(long[] now) {
    int[] row = new int[now.length];
    boolean any = false;
    for (int i = 0; i < now.length; i++) {
      row[i] = (int) Math.min(now[i] - before[i], Integer.MAX_VALUE);
      any |= row[i] > 0;
      before[i] = now[i];
    }
    return any ? row : EMPTY;
  }

  /** The newest so many steps together; of those not closed yet what rose since. */
  long[] sum(int steps, long[] now) {
    long[] sum = new long[LatencyCounts.COLUMNS];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = now[i] - before[i];
    }
    for (long[] row : newest(steps)) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += row[i];
      }
    }
    return sum;
  }

  /** The newest so many steps that are closed, the newest last. */
  long[][] newest(int steps) {
    int count = (int) Math.min(Math.min(steps, rows.length), closed);
    long[][] newest = new long[count][LatencyCounts.COLUMNS];
    for (int i = 0; i < count; i++) {
      int[] row = rows[(int) ((closed - count + i) % rows.length)];
      for (int c = 0; c < row.length; c++) {
        newest[i][c] = row[c];
      }
    }
    return newest;
  }
}
