package io.vagus.rule.engine;

import io.vagus.rule.engine.WindowShape.Kind;
import org.jspecify.annotations.Nullable;

/**
 * The open spans of a tumbling or session window, and the one that closed last.
 *
 * <p>The watermark is the newest time of any reading, none later than its arrival: a device whose
 * clock runs ahead closes nothing early. A span closes when the watermark is past its end by the
 * lateness. When no reading moves the watermark, the journal's time does: it goes on from where it
 * stood, {@link #GRACE_MICROS} behind, as if the device had gone on sending. So a device that hands
 * in a day's backlog has its spans filled one after another, and one that falls silent has them
 * closed in time. What comes for a span that is closed is late.
 *
 * <p>48 bytes, and 96 a span.
 */
final class SpanState implements WindowState {
  static final int STORED_AS = 1;

  /** What a reading may take on its way longer than the one before it did. */
  static final long GRACE_MICROS = 5_000_000;

  private final int signature;
  private long watermarkMicros = NONE;

  /** When the watermark last moved, by the journal's time. */
  private long movedMicros;

  /** Spans before are closed. */
  private long closedMicros = NONE;

  /** The open ones, the oldest first. */
  private @Nullable Pane head;

  private @Nullable Pane closed;

  SpanState(int signature) {
    this.signature = signature;
  }

  @Override
  public int signature() {
    return signature;
  }

  /** The one that closed last, or is just closing; null: none did, or nobody looks at it. */
  @Nullable Pane closed() {
    return closed;
  }

  void forgetClosed() {
    closed = null;
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
      closedMicros = NONE;
      head = null;
    }
    boolean inTime =
        timeMicros >= closedMicros
            && (shape.kind() == Kind.TUMBLING
                ? tumble(shape, timeMicros, value)
                : join(shape, timeMicros, value));
    if (timeMicros > watermarkMicros) {
      watermarkMicros = timeMicros;
      movedMicros = nowMicros;
    }
    return inTime;
  }

  private boolean tumble(WindowShape shape, long timeMicros, double value) {
    long from = Math.floorDiv(timeMicros, shape.sizeMicros()) * shape.sizeMicros();
    if (isOver(from + shape.sizeMicros(), shape)) {
      return false;
    }
    Pane before = null;
    Pane at = head;
    while (at != null && at.fromMicros < from) {
      before = at;
      at = at.next;
    }
    Pane pane = at != null && at.fromMicros == from ? at : insert(before, from);
    pane.add(timeMicros, value);
    return true;
  }

  private boolean join(WindowShape shape, long timeMicros, double value) {
    long gap = shape.sizeMicros();
    Pane before = null;
    Pane at = head;
    while (at != null && at.lastMicros + gap <= timeMicros) {
      before = at;
      at = at.next;
    }
    if (at == null || timeMicros + gap <= at.firstMicros) {
      if (isOver(timeMicros + gap, shape)) {
        return false;
      }
      at = insert(before, timeMicros);
    } else if (timeMicros - at.firstMicros > shape.longestMicros()) {
      closedMicros = at.lastMicros + 1;
      at = insert(at, timeMicros);
    } else if (at.lastMicros - timeMicros > shape.longestMicros()) {
      return false;
    }
    at.add(timeMicros, value);
    at.fromMicros = at.firstMicros;
    joinNext(at, shape);
    return true;
  }

  private static void joinNext(Pane pane, WindowShape shape) {
    Pane next = pane.next;
    if (next != null
        && next.firstMicros - pane.lastMicros < shape.sizeMicros()
        && next.lastMicros - pane.firstMicros <= shape.longestMicros()) {
      pane.add(next);
      pane.next = next.next;
    }
  }

  private boolean isOver(long endMicros, WindowShape shape) {
    return watermarkMicros != NONE && endMicros + shape.latenessMicros() <= watermarkMicros;
  }

  private Pane insert(@Nullable Pane before, long fromMicros) {
    Pane pane = new Pane(fromMicros);
    if (before == null) {
      pane.next = head;
      head = pane;
    } else {
      pane.next = before.next;
      before.next = pane;
    }
    return pane;
  }

  static long endMicros(WindowShape shape, Pane pane) {
    return shape.sizeMicros() + (shape.kind() == Kind.TUMBLING ? pane.fromMicros : pane.lastMicros);
  }

  /** Closes the oldest span that is over; null: none is. */
  @Nullable Pane close(WindowShape shape, long nowMicros) {
    Pane oldest = head;
    if (oldest == null) {
      return null;
    }
    long end = endMicros(shape, oldest);
    long gone = Math.max(0, nowMicros - movedMicros - GRACE_MICROS);
    boolean isCut = oldest.lastMicros < closedMicros;
    if (!isCut && end + shape.latenessMicros() > watermarkMicros + gone) {
      return null;
    }
    head = oldest.next;
    oldest.next = null;
    closedMicros = isCut ? closedMicros : Math.max(closedMicros, end);
    closed = oldest;
    return oldest;
  }

  @Override
  public long dueMicros(WindowShape shape) {
    return head == null
        ? NEVER
        : movedMicros
            + GRACE_MICROS
            + Math.max(0, endMicros(shape, head) + shape.latenessMicros() - watermarkMicros);
  }

  @Override
  public void write(StateWriter out) {
    out.putByte(STORED_AS).putInt(signature);
    out.putLong(watermarkMicros).putLong(movedMicros).putLong(closedMicros);
    Pane.writeRow(closed, out);
    Pane.writeRow(head, out);
  }

  static SpanState read(int signature, StateReader in) {
    SpanState state = new SpanState(signature);
    state.watermarkMicros = in.getLong();
    state.movedMicros = in.getLong();
    state.closedMicros = in.getLong();
    state.closed = Pane.readRow(in);
    state.head = Pane.readRow(in);
    return state;
  }
}
