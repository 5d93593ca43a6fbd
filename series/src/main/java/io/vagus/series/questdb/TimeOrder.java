package io.vagus.series.questdb;

import java.util.Arrays;

/**
 * Puts rows in the order of their times without moving them. A merge of the runs that are in order
 * already: what comes from many devices is in order almost, and then this costs one look at each.
 */
final class TimeOrder {
  private final long[] times;
  private int[] order;
  private int[] merged;

  private TimeOrder(long[] times, int count) {
    this.times = times;
    this.order = new int[count];
    Arrays.setAll(order, i -> i);
    this.merged = order;
  }

  /** Rows 0 to count - 1, oldest first; of one time as they are. */
  static int[] of(long[] times, int count) {
    TimeOrder sorting = new TimeOrder(times, count);
    int[] runs = sorting.runs();
    if (runs.length > 2) {
      sorting.merged = new int[count];
    }
    while (runs.length > 2) {
      runs = sorting.mergePairs(runs);
    }
    return sorting.order;
  }

  /** Where each run begins, and the end. */
  private int[] runs() {
    int[] starts = new int[16];
    int found = 1;
    for (int i = 1; i <= order.length; i++) {
      if (i == order.length || times[i] < times[i - 1]) {
        if (found == starts.length) {
          starts = Arrays.copyOf(starts, 2 * found);
        }
        starts[found++] = i;
      }
    }
    return Arrays.copyOf(starts, found);
  }

  private int[] mergePairs(int[] runs) {
    int[] left = new int[runs.length / 2 + 1];
    int kept = 0;
    for (int i = 0; i < runs.length - 1; i += 2) {
      int end = runs[Math.min(i + 2, runs.length - 1)];
      merge(runs[i], runs[i + 1], end);
      left[++kept] = end;
    }
    int[] sorted = merged;
    merged = order;
    order = sorted;
    return Arrays.copyOf(left, kept + 1);
  }

  private void merge(int from, int middle, int end) {
    int a = from;
    int b = middle;
    for (int to = from; to < end; to++) {
      boolean first = b == end || (a < middle && times[order[a]] <= times[order[b]]);
      merged[to] = first ? order[a++] : order[b++];
    }
  }
}
