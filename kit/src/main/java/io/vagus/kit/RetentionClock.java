package io.vagus.kit;

import java.time.Duration;

/**
 * The time of day by which old data is removed. A wall clock that leaps ahead, by a wrong time
 * source or a wrong hand, would make all data old at once; so for a day after a leap this one goes
 * on by the monotonic clock, long enough to notice and to set the clock right. A clock set back is
 * followed at once: it only removes less. What happens while the process is down is not seen.
 * Thread-safe.
 */
public final class RetentionClock implements WallClock {
  private static final long LEAP_MICROS = Duration.ofHours(1).toMillis() * 1000;
  private static final long DOUBT_NANOS = Duration.ofHours(24).toNanos();

  private final WallClock wall;
  private final MonotonicClock monotonic;
  private long micros;
  private long atNanos;
  private long doubtedSinceNanos;
  private Duration leap = Duration.ZERO;

  public RetentionClock(WallClock wall, MonotonicClock monotonic) {
    this.wall = wall;
    this.monotonic = monotonic;
    this.micros = wall.micros();
    this.atNanos = monotonic.nanos();
  }

  @Override
  public synchronized long micros() {
    long nowNanos = monotonic.nanos();
    long expected = micros + (nowNanos - atNanos) / 1000;
    long ahead = wall.micros() - expected;
    if (ahead > LEAP_MICROS && leap.isZero()) {
      doubtedSinceNanos = nowNanos;
    }
    boolean doubted = ahead > LEAP_MICROS && nowNanos - doubtedSinceNanos < DOUBT_NANOS;
    leap = doubted ? Duration.ofNanos(ahead * 1000) : Duration.ZERO;
    micros = doubted ? expected : expected + ahead;
    atNanos = nowNanos;
    return micros;
  }

  /** By how much the wall clock is ahead and not believed; zero when it is. */
  public synchronized Duration leap() {
    return leap;
  }
}
