package io.vagus.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.testkit.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PasswordBackoffTest {
  private final ManualClock clock = new ManualClock(0);

  @Test
  void waitsLongerAfterEachWrongPassword() {
    PasswordBackoff backoff = new PasswordBackoff(5, 100, Duration.ofMinutes(5), clock);
    for (int i = 0; i < 5; i++) {
      assertThat(backoff.wait("10.0.0.1", "d")).isZero();
      backoff.failed("10.0.0.1", "d");
    }
    for (long seconds : new long[] {1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300}) {
      assertThat(backoff.wait("10.0.0.1", "d")).hasSeconds(seconds);
      clock.advance(Duration.ofSeconds(seconds));
      assertThat(backoff.wait("10.0.0.1", "d")).isZero();
      backoff.failed("10.0.0.1", "d");
    }
  }

  @Test
  void letsTheRightfulDeviceInFromElsewhere() {
    PasswordBackoff backoff = new PasswordBackoff(5, 100, Duration.ofMinutes(5), clock);
    for (int i = 0; i < 50; i++) {
      backoff.failed("10.0.0.1", "d");
    }
    assertThat(backoff.wait("10.0.0.1", "d")).isPositive();
    assertThat(backoff.wait("10.0.0.2", "d")).isZero();
    assertThat(backoff.wait("10.0.0.1", "neighbour")).isZero();
    backoff.succeeded("10.0.0.1", "d");
    assertThat(backoff.wait("10.0.0.1", "d")).isZero();
  }

  @Test
  void slowsDownAnAddressThatTriesManyNames() {
    PasswordBackoff backoff = new PasswordBackoff(5, 100, Duration.ofMinutes(5), clock);
    for (int i = 0; i < 100; i++) {
      backoff.failed("10.0.0.1", "name" + i);
    }
    assertThat(backoff.wait("10.0.0.1", "new name")).isPositive();
    assertThat(backoff.wait("10.0.0.2", "new name")).isZero();
  }

  @Test
  void forgetsOldFailuresAndBoundsItsTable() {
    PasswordBackoff backoff = new PasswordBackoff(5, 100, Duration.ofMinutes(5), clock);
    for (int i = 0; i < PasswordBackoff.MAX_ENTRIES; i++) {
      backoff.failed("10.0." + (i & 0xFFFF), "d" + i);
    }
    assertThat(backoff.size()).isLessThanOrEqualTo(PasswordBackoff.MAX_ENTRIES + 1);
    clock.advance(Duration.ofMinutes(11));
    backoff.failed("10.0.0.1", "d");
    assertThat(backoff.size()).isEqualTo(2);
  }
}
