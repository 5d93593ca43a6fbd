package io.vagus.watch;

import java.util.Arrays;

/**
 * Counts of the last {@link #MINUTES} minutes of the clock, in columns: 8 bytes and four a minute
 * and column, whatever the rate. Not thread-safe; who reads meanwhile sees a moment ago.
 */
final class MinuteCounts {
  static final int MINUTES = 16;

  private final int columns;

  /** By minute, then by column: one message touches one line of the processor's cache. */
  private final int[] counts;

  private int newest = Integer.MIN_VALUE;

  MinuteCounts(int columns) {
    this.columns = columns;
    this.counts = new int[MINUTES * columns];
  }

  /**
   * Adds to a minute; one older than what is kept means that the clock was set back, and begins
   * anew.
   *
   * @param by up to 2^32 - 1 in one minute, where it stays
   */
  void add(int minute, int column, int by) {
    if (minute != newest) {
      advance(minute);
    }
    int at = at(minute, column);
    int sum = counts[at] + by;
    counts[at] = Integer.compareUnsigned(sum, counts[at]) < 0 ? -1 : sum;
  }

  private void advance(int minute) {
    long ahead = (long) minute - newest;
    if (ahead <= 0 && ahead > -MINUTES) {
      return;
    }
    if (ahead >= MINUTES || ahead <= 0) {
      Arrays.fill(counts, 0);
    } else {
      for (int m = newest + 1; m <= minute; m++) {
        Arrays.fill(counts, at(m, 0), at(m, 0) + columns, 0);
      }
    }
    newest = minute;
  }

  /** Sum of minutes, both ends included. */
  long sum(int column, int from, int to) {
    long sum = 0;
    long oldest = Math.max(from, (long) newest - MINUTES + 1);
    for (long m = oldest; m <= Math.min(to, newest); m++) {
      sum += Integer.toUnsignedLong(counts[at((int) m, column)]);
    }
    return sum;
  }

  private int at(int minute, int column) {
    return Math.floorMod(minute, MINUTES) * columns + column;
  }
}
