package io.vagus.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final Pace PACE = new Pace(Duration.ofMinutes(1), Duration.ofMinutes(30));

  private static Duration next(int beforeMinutes, boolean steady, double battery) {
    Health health = new Health(OptionalDouble.of(battery), OptionalDouble.empty(), "", steady);
    return PACE.next(Duration.ofMinutes(beforeMinutes), health);
  }

  @Test
  void lengthensWhileNothingChangesAndComesBackAtOnce() {
    assertThat(next(1, true, 100)).isEqualTo(Duration.ofMinutes(2));
    assertThat(next(16, true, 100)).isEqualTo(Duration.ofMinutes(30));
    assertThat(next(30, false, 100)).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void lengthensWithALowBattery() {
    assertThat(next(1, false, 49)).isEqualTo(Duration.ofMinutes(2));
    assertThat(next(1, false, 19)).isEqualTo(Duration.ofMinutes(8));
    assertThat(next(8, true, 19)).isEqualTo(Duration.ofMinutes(16));
  }
}
