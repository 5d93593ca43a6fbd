package io.vagus.wire;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.OptionalLong;

/** Device times as JSON holds them. */
final class Times {
  /** An integer of this size and more is microseconds, below it milliseconds. */
  static final long MICROS = 100_000_000_000_000L;

  /** Years 0001 to 9999: what RFC 3339 can say. */
  private static final long MIN_MICROS = -62_135_596_800_000_000L;

  private static final long MAX_MICROS = 253_402_300_799_999_999L;

  private Times() {}

  static OptionalLong ofNumber(long number) {
    long micros = Math.abs(number) >= MICROS ? number : number * 1000;
    return inRange(micros) ? OptionalLong.of(micros) : OptionalLong.empty();
  }

  static boolean inRange(long micros) {
    return micros >= MIN_MICROS && micros <= MAX_MICROS;
  }

  static String text(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
  }
}
