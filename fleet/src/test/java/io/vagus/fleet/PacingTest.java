package io.vagus.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PacingTest {
  private final List<Long> told = new ArrayList<>();

  @Test
  void followsWhatIsDesiredAndSaysSo() {
    Pacing pacing = new Pacing(10_000_000, false);
    pacing.begin(told::add);
    assertThat(pacing.follow(Map.of("interval", 0.5)).toString()).isEqualTo("{interval=0.5}");
    assertThat(pacing.follow(Map.of("interval", 2L)).toString()).isEqualTo("{interval=2}");
    assertThat(pacing.follow(Map.of("interval", 2L)).toString()).isEqualTo("{interval=2}");
    assertThat(pacing.follow(Map.of("mode", "eco")).toString()).isEqualTo("{interval=10}");
    assertThat(told).containsExactly(500_000L, 2_000_000L, 10_000_000L);
  }

  @Test
  void keepsToWhatItDoesWhenItCannot() {
    Pacing pacing = new Pacing(10_000_000, false);
    pacing.begin(told::add);
    pacing.follow(Map.of("interval", 2L));
    for (Number wrong : List.of(0L, -1L, 0.01, 1e9, Double.NaN)) {
      assertThat(pacing.follow(Map.of("interval", wrong)).toString()).isEqualTo("{interval=2}");
    }
    assertThat(told).containsExactly(2_000_000L);
    assertThat(pacing.follow(Map.of("interval", "often")).toString()).isEqualTo("{interval=10}");
  }

  @Test
  void aStubbornOneSaysWhatItDoes() {
    Pacing pacing = new Pacing(10_000_000, true);
    pacing.begin(told::add);
    assertThat(pacing.follow(Map.of("interval", 2L)).toString()).isEqualTo("{interval=10}");
    assertThat(told).isEmpty();
  }

  @Test
  void isToldOfWhatCameBeforeTheRun() {
    Pacing pacing = new Pacing(10_000_000, false);
    pacing.follow(Map.of("interval", 2L));
    pacing.begin(told::add);
    assertThat(told).containsExactly(2_000_000L);
  }
}
