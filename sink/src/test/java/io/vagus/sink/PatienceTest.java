package io.vagus.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PatienceTest {
  private final Patience patience = new Patience(Duration.ofDays(1));
  private final Random random = new Random(7);

  private Duration wait(int attempt, Optional<Duration> asked) {
    return patience.wait(attempt, asked, random);
  }

  @Test
  void waitsTwiceAsLongEachTimeUpToABoundHalfOfItByChance() {
    for (int attempt = 1; attempt <= 60; attempt++) {
      long most = Math.min(30_000, 200L << Math.min(attempt - 1, 20));
      assertThat(wait(attempt, Optional.empty()).toMillis()).isBetween(most / 2 - 1, most);
    }
  }

  @Test
  void waitsAsLongAsItIsAskedToButNoHours() {
    assertThat(wait(1, Optional.of(Duration.ofMinutes(2)))).isEqualTo(Duration.ofMinutes(2));
    assertThat(wait(1, Optional.of(Duration.ofDays(2)))).isEqualTo(Duration.ofHours(1));
    assertThat(wait(20, Optional.of(Duration.ofMillis(1)))).isGreaterThan(Duration.ofSeconds(14));
  }
}
