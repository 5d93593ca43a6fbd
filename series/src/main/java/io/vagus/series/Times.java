package io.vagus.series;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.Reading;
import java.time.Duration;

/** Bounds and rounding of times in microseconds since the epoch. */
public final class Times {
  public static final long MINUTE_MICROS = 60_000_000L;
  public static final long HOUR_MICROS = 60 * MINUTE_MICROS;
  public static final long DAY_MICROS = 24 * HOUR_MICROS;

  /** The first time that is not stored any more: 2100-01-01T00:00:00Z. */
  public static final long END_MICROS = 4_102_444_800_000_000L;

  private Times() {}

  public static long floor(long micros, long widthMicros) {
    return micros - Math.floorMod(micros, widthMicros);
  }

  public static long ceil(long micros, long widthMicros) {
    return floor(micros + widthMicros - 1, widthMicros);
  }

  /** A bound of a query, moved to where readings can be. */
  public static long clamp(long micros) {
    return Math.clamp(micros, 0, END_MICROS);
  }

  public static long micros(Duration duration) {
    return duration.toMillis() * 1000;
  }

  /** Refuses a reading that no tier can hold; clamping device clocks is for the caller. */
  public static void requireStorable(Reading reading) {
    if (reading.timeMicros() < 0 || reading.timeMicros() >= END_MICROS) {
      throw new VagusException(
          ErrorCode.INTERNAL,
          "timeMicros: " + reading.timeMicros() + " (expected: 0 to " + (END_MICROS - 1) + ")");
    }
  }
}
