package io.vagus.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ThresholdTest {
  private static LoadReport report() {
    Summary summary =
        new Summary(
            new Summary.Size(1, 10, 10, 0.5, 10),
            new Summary.Fates(1003, 1000, 1, 0, 0, 0, 0),
            Map.of("payload format invalid (0x99)", 2L),
            Map.of(),
            new Summary.Latency(2, 61.25, 80, 99));
    Standing change = new Standing(true, 1000, 996, 0, 2, 2, 0, 200_000, 50_000);
    return new LoadReport(Instant.EPOCH, summary, change, Verdict.of(summary, change), List.of());
  }

  private static boolean holds(String threshold) {
    return Threshold.parse(threshold).holds(report());
  }

  @Test
  void readsBoundsInTheUnitsOfTheirFigures() {
    assertThat(holds("rate>=100/s")).isTrue();
    assertThat(holds("rate>=101")).isFalse();
    assertThat(holds("p99 <= 62ms")).isTrue();
    assertThat(holds("p99<=61250us")).isTrue();
    assertThat(holds("p999<=79ms")).isFalse();
    assertThat(holds("connect<=1s")).isTrue();
    assertThat(holds("refused=2")).isTrue();
    assertThat(holds("journal<=195KiB")).isFalse();
    assertThat(holds("bytes-per-message<=250")).isTrue();
  }

  @Test
  void whatWasAcknowledgedAndIsNotInTheLedgerIsLost() {
    assertThat(Threshold.parse("lost=0").complaint(report()))
        .contains("lost: 2 messages (expected: = 0 messages)");
    assertThat(report().verdict().holds()).isFalse();
    assertThat(report().verdict().why()).contains("acknowledged 1000", "took 998");
  }

  @Test
  void saysWhatItExpects() {
    assertThat(Threshold.parse("p99<=50ms").complaint(report()))
        .contains("p99: 61.3 ms (expected: <= 50 ms)");
    assertThatThrownBy(() -> Threshold.parse("p98<=50ms"))
        .hasMessageContaining("p98 (expected: one of rate, p50, p99");
    assertThatThrownBy(() -> Threshold.parse("p99 is small")).hasMessageContaining("FIGURE<=BOUND");
    assertThatThrownBy(() -> Threshold.parse("p99<=fast")).hasMessageContaining("fast");
  }
}
