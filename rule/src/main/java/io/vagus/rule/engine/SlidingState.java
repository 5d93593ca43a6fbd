package io.vagus.rule.engine;

import org.jspecify.annotations.Nullable;

/**
 * A sliding window: the panes of the span that ends at the newest reading. 32 bytes, and 96 a pane
 * that has readings.
 */
final class SlidingState implements WindowState {
  static final int STORED_AS = 2;

  private final int signature;
  private long watermarkMicros = NONE;
  private @Nullable Pane head;
  private @Nullable Pane tail;

  SlidingState(int signature) {
    this.signature = signature;
  }

  @Override
  public int signature() {
    return signature;
  }

  /**
   * Takes in a reading.
   *
   * @param timeMicros not after {@code nowMicros}
   * @return whether it was in time
   */
  boolean take(WindowShape shape, long timeMicros, double value, long nowMicros) {
    if (WindowState.isAhead(watermarkMicros, nowMicros)) {
      watermarkMicros = NONE;
      head = null;
      tail = null;
    }
    if (timeMicros > watermarkMicros) {
      watermarkMicros = timeMicros;
      forgetBefore(start(shape, timeMicros));
    } else if (timeMicros < start(shape, watermarkMicros)) {
      return false;
    }
    long from = Math.floorDiv(timeMicros, shape.slideMicros()) * shape.slideMicros();
    pane(from).add(timeMicros, value);
    return true;
  }

  /** Where the span begins that ends then. */
  private static long start(WindowShape shape, long endMicros) {
    long newest = Math.floorDiv(endMicros, shape.slideMicros());
    return (newest - shape.panes() + 1) * shape.slideMicros();
  }

  private void forgetBefore(long micros) {
    while (head != null && head.fromMicros < micros) {
      head = head.next;
    }
    tail = head == null ? null : tail;
  }

  private Pane pane(long fromMicros) {
    Pane newest = tail;
    if (newest != null && newest.fromMicros == fromMicros) {
      return newest;
    }
    Pane pane = new Pane(fromMicros);
    if (newest == null) {
      head = pane;
      tail = pane;
    } else if (newest.fromMicros < fromMicros) {
      newest.next = pane;
      tail = pane;
    } else {
      return within(pane);
    }
    return pane;
  }

  /** That pane where there was none, before the newest one. */
  private Pane within(Pane pane) {
    Pane before = null;
    Pane at = head;
    while (at != null && at.fromMicros < pane.fromMicros) {
      before = at;
      at = at.next;
    }
    if (at != null && at.fromMicros == pane.fromMicros) {
      return at;
    }
    pane.next = at;
    if (before == null) {
      head = pane;
    } else {
      before.next = pane;
    }
    return pane;
  }

  long newestMicros() {
    return watermarkMicros;
  }

  /** All of the span that ends then, or at the newest reading when that is later. */
  Pane span(WindowShape shape, long endMicros) {
    long from = start(shape, Math.max(endMicros, watermarkMicros));
    Pane span = new Pane(from);
    for (Pane at = head; at != null; at = at.next) {
      if (at.fromMicros >= from) {
        span.add(at);
      }
    }
    return span;
  }

  @Override
  public long dueMicros(WindowShape shape) {
    return NEVER;
  }

  @Override
  public void write(StateWriter out) {
    out.putByte(STORED_AS).putInt(signature).putLong(watermarkMicros);
    Pane.writeRow(head, out);
  }

  static SlidingState read(int signature, StateReader in) {
    SlidingState state = new SlidingState(signature);
    state.watermarkMicros = in.getLong();
    state.head = Pane.readRow(in);
    for (Pane at = state.head; at != null; at = at.next) {
      state.tail = at;
    }
    return state;
  }
}
