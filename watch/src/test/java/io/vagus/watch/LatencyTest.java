package io.vagus.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LatencyTest {
  private final LatencyHistory history = new LatencyHistory();

  @Test
  void tellsPercentilesAndCountsTheLateApart() {
    LatencyCounts pump = history.of("pump");
    for (int i = 1; i <= 1000; i++) {
      pump.record(i * 1000);
    }
    pump.record(3_600_000_000L);
    Latency recent = history.recent();
    assertThat(recent.count()).isEqualTo(1001);
    assertThat(recent.late()).isEqualTo(1);
    assertThat(recent.p50Millis()).isCloseTo(500, Offset.offset(25.0));
    assertThat(recent.p95Millis()).isCloseTo(950, Offset.offset(25.0));
    assertThat(recent.p99Millis()).isCloseTo(990, Offset.offset(25.0));
  }

  @Test
  void forgetsWhatIsOlderThanItsWindow() {
    history.of("pump").record(5_000);
    history.closeRecent(1);
    history.closeRecent(29);
    assertThat(history.recent().count()).isEqualTo(1);
    history.closeRecent(1);
    assertThat(history.recent().count()).isZero();
  }

  @Test
  void keepsARowForEachMinuteAndProduct() {
    history.of("pump").record(5_000);
    history.of("slow").record(70_000_000);
    history.closeMinutes(1, 60_000_000);
    history.of("pump").record(6_000);
    history.closeMinutes(2, 180_000_000);
    LatencyMap pump = history.map("pump", 10);
    assertThat(pump.fromMicros()).isZero();
    assertThat(pump.counts().length).isEqualTo(3);
    assertThat(LongStream.of(pump.counts()[0]).sum()).isEqualTo(1);
    assertThat(LongStream.of(pump.counts()[1]).sum()).isEqualTo(1);
    assertThat(LongStream.of(pump.counts()[2]).sum()).isZero();
    assertThat(pump.counts()[0].length).isEqualTo(pump.boundsMillis().length + 1);
    long[] all = history.map("", 10).counts()[0];
    assertThat(LongStream.of(all).sum()).isEqualTo(2);
    assertThat(all[all.length - 1]).isEqualTo(1);
    assertThat(history.map("nope", 10).counts().length).isZero();
  }
}
