package io.vagus.process;

import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * Which offset was received when, a quarter of an hour apart: what turns an age into an offset, so
 * that a remembered message needs no time of its own. The server's clock may leap: a step ahead of
 * more than an hour, be it a leap or a silence, counts as an hour, one back as nothing. Not
 * thread-safe.
 */
final class OffsetTimes {
  private static final long STEP_MICROS = 15L * 60 * 1_000_000;
  private static final long MAX_STEP_MICROS = 4 * STEP_MICROS;

  private final long windowMicros;
  private final ArrayDeque<long[]> marks = new ArrayDeque<>();
  private long windowStart;

  OffsetTimes(long windowMicros) {
    this.windowMicros = windowMicros;
  }

  void passed(long offset, long receivedMicros) {
    long[] newest = marks.peekLast();
    if (newest != null) {
      long step = receivedMicros - newest[1];
      if (step > -STEP_MICROS && step < STEP_MICROS) {
        return;
      }
      shift(step < 0 ? step : Math.max(0, step - MAX_STEP_MICROS));
      if (step < 0) {
        return;
      }
    }
    marks.addLast(new long[] {offset, receivedMicros});
    long[] oldest;
    while ((oldest = marks.peekFirst()) != null && oldest[1] <= receivedMicros - windowMicros) {
      windowStart = oldest[0];
      marks.removeFirst();
    }
  }

  private void shift(long byMicros) {
    if (byMicros != 0) {
      marks.forEach(mark -> mark[1] += byMicros);
    }
  }

  /** Offsets below are older than the window. */
  long windowStart() {
    return windowStart;
  }

  void write(Bytes out) {
    out.putLong(windowStart).putInt(marks.size());
    for (Iterator<long[]> it = marks.iterator(); it.hasNext(); ) {
      long[] mark = it.next();
      out.putLong(mark[0]).putLong(mark[1]);
    }
  }

  void read(Bytes in) {
    windowStart = in.getLong();
    marks.clear();
    int count = in.getInt();
    for (int i = 0; i < count; i++) {
      marks.addLast(new long[] {in.getLong(), in.getLong()});
    }
  }
}
