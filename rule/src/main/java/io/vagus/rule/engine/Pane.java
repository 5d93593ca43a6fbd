package io.vagus.rule.engine;

import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a span's readings, in place of them. The squares' sum follows Youngs and
 * Cramer ("Some results relevant to choice of sum and sum-of-products algorithms", Technometrics
 * 13, 1971), two of them are joined by Chan, Golub and LeVeque's formula: nothing is cancelled,
 * however far from zero the values are. 96 bytes.
 */
final class Pane {
  long fromMicros;
  long firstMicros;
  long lastMicros;
  int count;
  double sum;

  /** Sum of squared distances from the mean. */
  double squares;

  double min;
  double max;
  double first;
  double last;

  /** The next one in time, in whoever keeps several. */
  @Nullable Pane next;

  Pane(long fromMicros) {
    this.fromMicros = fromMicros;
  }

  /**
   * @param value NaN for a text
   */
  void add(long timeMicros, double value) {
    count++;
    sum += value;
    if (count == 1) {
      min = max = first = last = value;
      firstMicros = lastMicros = timeMicros;
      return;
    }
    double distance = count * value - sum;
    squares += distance * distance / ((double) count * (count - 1));
    min = Math.min(min, value);
    max = Math.max(max, value);
    if (timeMicros < firstMicros) {
      first = value;
      firstMicros = timeMicros;
    }
    if (timeMicros >= lastMicros) {
      last = value;
      lastMicros = timeMicros;
    }
  }

  /** Takes in all of one whose readings came later in time, or at the same. */
  void add(Pane later) {
    if (later.count == 0) {
      return;
    }
    if (count == 0) {
      copy(later);
      return;
    }
    double n = count;
    double m = later.count;
    double distance = m / n * sum - later.sum;
    squares += later.squares + n / (m * (n + m)) * distance * distance;
    sum += later.sum;
    count += later.count;
    min = Math.min(min, later.min);
    max = Math.max(max, later.max);
    if (later.firstMicros < firstMicros) {
      first = later.first;
      firstMicros = later.firstMicros;
    }
    if (later.lastMicros >= lastMicros) {
      last = later.last;
      lastMicros = later.lastMicros;
    }
  }

  private void copy(Pane of) {
    count = of.count;
    sum = of.sum;
    squares = of.squares;
    min = of.min;
    max = of.max;
    first = of.first;
    last = of.last;
    firstMicros = of.firstMicros;
    lastMicros = of.lastMicros;
  }

  double mean() {
    return sum / count;
  }

  /** Of all of them, not of a sample. */
  double deviation() {
    return Math.sqrt(squares / count);
  }

  double rootMeanSquare() {
    double mean = mean();
    return Math.sqrt(squares / count + mean * mean);
  }

  void write(StateWriter out) {
    out.putLong(fromMicros).putLong(firstMicros).putLong(lastMicros).putInt(count);
    out.putDouble(sum).putDouble(squares).putDouble(min).putDouble(max);
    out.putDouble(first).putDouble(last);
  }

  static Pane read(StateReader in) {
    Pane pane = new Pane(in.getLong());
    pane.firstMicros = in.getLong();
    pane.lastMicros = in.getLong();
    pane.count = in.getInt();
    pane.sum = in.getDouble();
    pane.squares = in.getDouble();
    pane.min = in.getDouble();
    pane.max = in.getDouble();
    pane.first = in.getDouble();
    pane.last = in.getDouble();
    return pane;
  }

  /** All of a row, each joined to the one before by {@link #next}. */
  static void writeRow(@Nullable Pane head, StateWriter out) {
    int count = 0;
    for (Pane at = head; at != null; at = at.next) {
      count++;
    }
    out.putInt(count);
    for (Pane at = head; at != null; at = at.next) {
      at.write(out);
    }
  }

  static @Nullable Pane readRow(StateReader in) {
    Pane head = null;
    Pane tail = null;
    for (int left = in.getInt(); left > 0; left--) {
      Pane pane = read(in);
      if (tail == null) {
        head = pane;
      } else {
        tail.next = pane;
      }
      tail = pane;
    }
    return head;
  }
}
