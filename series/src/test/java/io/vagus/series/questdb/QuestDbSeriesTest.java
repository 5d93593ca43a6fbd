package io.vagus.series.questdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vagus.kit.WallClock;
import io.vagus.model.Reading;
import io.vagus.series.Series;
import io.vagus.series.SeriesContract;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract on disk, and what a disk adds. */
class QuestDbSeriesTest extends SeriesContract {
  @TempDir Path dir;

  @Override
  protected Series open() {
    return QuestDbSeries.open(
        dir.resolve("series"), CONFIG, WallClock.system(), new SimpleMeterRegistry());
  }

  @Test
  void findsEverythingAgainAfterAReopen() {
    Reading number = reading("t", T0, 1.5);
    Reading state = text("state", T0, "on");
    store(number, state);
    series.append(reading("t", T0 + 1, 2));
    reopen();
    assertThat(series.raw(PUMP, "t", T0, T0 + 1, 9)).containsExactly(number);
    assertThat(series.raw(PUMP, "state", T0, T0 + 1, 9)).containsExactly(state);
    assertThat(series.raw(PUMP, "t", T0, T0 + 2, 9)).hasSize(2);
    assertThat(series.metrics(PUMP)).containsExactly("state", "t");
  }

  private void reopen() {
    series.close();
    series = open();
  }
}
