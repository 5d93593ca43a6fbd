package io.vagus.rule.engine;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Which of many spans of values hold a value: those that begin at or below it are a prefix of the
 * ones sorted by beginning, and a tree of the largest ends over these finds the ones that reach it.
 * A look-up costs what it finds, times the depth of the tree. Immutable.
 */
final class Intervals {

  /** With both its ends; the number is what it stands for. */
  record Interval(double low, double high, int number) {}

  private final double[] lows;
  private final int[] numbers;

  /** A binary heap: the root at 1, the leaves from {@code leaves}. */
  private final double[] largest;

  private final int leaves;

  Intervals(List<Interval> intervals) {
    List<Interval> sorted =
        intervals.stream().sorted(Comparator.comparingDouble(Interval::low)).toList();
    lows = sorted.stream().mapToDouble(Interval::low).toArray();
    numbers = sorted.stream().mapToInt(Interval::number).toArray();
    leaves = Math.max(1, Integer.highestOneBit(Math.max(1, 2 * lows.length - 1)));
    largest = new double[2 * leaves];
    Arrays.fill(largest, Double.NEGATIVE_INFINITY);
    for (int i = 0; i < lows.length; i++) {
      largest[leaves + i] = sorted.get(i).high();
    }
    for (int i = leaves - 1; i > 0; i--) {
      largest[i] = Math.max(largest[2 * i], largest[2 * i + 1]);
    }
  }

  /** The numbers of those that hold it, in no order. */
  void find(double value, IntConsumer found) {
    int end = atOrBelow(value);
    if (end > 0) {
      find(1, 0, leaves, end, value, found);
    }
  }

  private int atOrBelow(double value) {
    int low = 0;
    int high = lows.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (lows[middle] <= value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private void find(int node, int from, int to, int end, double value, IntConsumer found) {
    if (from >= end || !(largest[node] >= value)) {
      return;
    }
    if (node >= leaves) {
      found.accept(numbers[from]);
      return;
    }
    int middle = (from + to) >>> 1;
    find(2 * node, from, middle, end, value, found);
    find(2 * node + 1, middle, to, end, value, found);
  }
}
