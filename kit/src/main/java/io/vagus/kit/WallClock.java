package io.vagus.kit;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The time of day in UTC. It may jump; durations are measured with {@link MonotonicClock}. */
@FunctionalInterface
public interface WallClock {

  /** Microseconds since 1970-01-01T00:00:00Z. */
  long micros();

  default Instant now() {
    return Instant.EPOCH.plus(micros(), ChronoUnit.MICROS);
  }

  /** The operating system's clock. */
  static WallClock system() {
    Clock utc = Clock.systemUTC();
    return () -> ChronoUnit.MICROS.between(Instant.EPOCH, utc.instant());
  }
}
