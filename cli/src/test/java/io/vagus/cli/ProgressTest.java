package io.vagus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProgressTest {
  @Test
  void saysRateAndTimeLeft() {
    Progress progress = Progress.of("restored", 400_000_000);

    assertThat(progress.line(100_000_000, 400_000_000, 2))
        .isEqualTo("restored 100.0 MB, 50.0 MB/s, 25 %, 6 s left");
    assertThat(progress.line(1_500, 0, 1)).isEqualTo("restored 1.5 kB, 1.5 kB/s");
  }
}
