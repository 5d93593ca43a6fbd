package io.vagus.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RetentionClockTest {
  private static final long YEAR = micros(Duration.ofDays(365));

  private long wallMicros = 1_000_000_000_000L;
  private long nanos = 77;
  private final RetentionClock clock = new RetentionClock(() -> wallMicros, () -> nanos);

  private static long micros(Duration duration) {
    return TimeUnit.NANOSECONDS.toMicros(duration.toNanos());
  }

  private void advance(Duration by) {
    wallMicros += micros(by);
    nanos += by.toNanos();
  }

  @Test
  void followsTheWallClockHoweverSeldomItIsRead() {
    advance(Duration.ofDays(40));
    wallMicros += micros(Duration.ofMinutes(59));
    assertThat(clock.micros()).isEqualTo(wallMicros);
    wallMicros -= YEAR;
    assertThat(clock.micros()).isEqualTo(wallMicros);
    assertThat(clock.leap()).isZero();
  }

  @Test
  void goesOnAsBeforeForADayAfterALeap() {
    long before = clock.micros();
    wallMicros += YEAR;
    assertThat(clock.micros()).isEqualTo(before);
    assertThat(clock.leap()).isEqualTo(Duration.ofDays(365));
    advance(Duration.ofHours(23));
    assertThat(clock.micros()).isEqualTo(before + micros(Duration.ofHours(23)));
    advance(Duration.ofHours(1));
    assertThat(clock.micros()).isEqualTo(wallMicros);
    assertThat(clock.leap()).isZero();
  }

  @Test
  void takesAClockThatWasSetRightAgain() {
    wallMicros += YEAR;
    advance(Duration.ofHours(3));
    clock.micros();
    wallMicros -= YEAR;
    assertThat(clock.micros()).isEqualTo(wallMicros);
    assertThat(clock.leap()).isZero();
    wallMicros += YEAR;
    advance(Duration.ofHours(23));
    assertThat(clock.micros()).isEqualTo(wallMicros - YEAR);
  }
}
