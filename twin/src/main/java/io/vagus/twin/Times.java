package io.vagus.twin;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Microseconds since the epoch and back. Pure. */
final class Times {
  private Times() {}

  static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
