package io.vagus.series.questdb;

import io.vagus.model.Quality;
import io.vagus.model.Reading;

/**
 * A row of the raw table, 24 bytes: {@code ts:8 sid:4 value:8 meta:4}. The low byte of {@code meta}
 * is the quality, its high three bytes how many microseconds after {@code ts} it was received, -8.4
 * to 8.4 s. What does not fit, texts, and device clocks that were corrected are in a second table;
 * the bit {@link #DETAIL} says so.
 */
final class RawRow {
  static final int DETAIL = 0x80;
  private static final int QUALITY_MASK = 0x7f;
  private static final int DELTA_SHIFT = 8;
  private static final long DELTA_LIMIT = 1 << 23;

  private RawRow() {}

  static int meta(Reading r) {
    long delta = r.receivedMicros() - r.timeMicros();
    boolean fits =
        r.text() == null
            && r.deviceTimeMicros()
                == deviceTimeMicros(r.timeMicros(), r.receivedMicros(), r.quality())
            && delta >= -DELTA_LIMIT
            && delta < DELTA_LIMIT
            && (r.quality() & ~QUALITY_MASK) == 0;
    return fits ? (int) delta << DELTA_SHIFT | r.quality() : DETAIL;
  }

  /** What the device's time is for a row without detail. */
  static long deviceTimeMicros(long timeMicros, long receivedMicros, int quality) {
    return (quality & Quality.NO_DEVICE_TIME) != 0 ? receivedMicros : timeMicros;
  }

  static int quality(int meta) {
    return meta & QUALITY_MASK;
  }

  static long receivedMicros(long timeMicros, int meta) {
    return timeMicros + (meta >> DELTA_SHIFT);
  }
}
