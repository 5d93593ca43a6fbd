package io.vagus.series.questdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vagus.kit.SnapshotFile;
import io.vagus.kit.SnapshotFolder;
import io.vagus.model.DeviceId;
import io.vagus.model.Reading;
import io.vagus.series.SeriesConfig;
import io.vagus.series.Times;
import io.vagus.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was kept is what it was, whatever is written before it is read. */
class SnapshotTest {
  private static final long T0 = 1_795_132_800_000_000L;
  private static final DeviceId PUMP = new DeviceId("pump-1");
  private static final int SECONDS = 6 * 3600;
  private static final SeriesConfig SHORT =
      new SeriesConfig(Duration.ofHours(3), Duration.ofDays(2), Duration.ofDays(10));

  @TempDir Path root;
  private final ManualClock clock = new ManualClock(T0 + 2 * Times.DAY_MICROS);

  @Test
  void aSnapshotReadAfterManyWritesIsTheSeriesOfItsMoment() throws IOException {
    try (QuestDbSeries series = open("series", SeriesConfig.defaults())) {
      write(series, 0, SECONDS, 1, 1.0);
      series.maintain(T0 + 5 * Times.HOUR_MICROS);
      write(series, 0, SECONDS, 97, 2.0);
      List<Reading> before = all(series);
      var hours = series.range(PUMP, "m0", T0, T0 + Times.DAY_MICROS, Times.HOUR_MICROS).points();
      try (SnapshotFolder kept = SnapshotFolder.create(root.resolve("kept"))) {
        series.snapshot(kept, "series");
        List<SnapshotFile> files = kept.files();

        disturb(series);

        assertThat(all(series)).isNotEqualTo(before);
        unpack(files);
      }
      assertThat(root.resolve("kept")).doesNotExist();
      try (QuestDbSeries copy = open("copy/series", SeriesConfig.defaults())) {
        assertThat(copy.health().quarantined()).isEmpty();
        assertThat(copy.needsRebuild()).isEqualTo(series.needsRebuild());
        assertThat(all(copy)).isEqualTo(before);
        assertThat(copy.range(PUMP, "m0", T0, T0 + Times.DAY_MICROS, Times.HOUR_MICROS).points())
            .isEqualTo(hours);
        // It goes on: what came after the snapshot is written again, as by a replay.
        disturb(copy);
        assertThat(all(copy)).isEqualTo(all(series));
      }
    }
  }

  /** Late readings into old hours, other values in place of some, new hours, old ones dropped. */
  private static void disturb(QuestDbSeries series) throws IOException {
    Random random = new Random(11);
    for (int round = 0; round < 12; round++) {
      for (int i = 0; i < 500; i++) {
        series.append(reading(random.nextInt(SECONDS), random.nextInt(4), 1000 + round));
        // Between the seconds there are none yet.
        series.append(reading(random.nextInt(SECONDS) + 0.5, random.nextInt(4), round));
      }
      series.commit();
    }
    write(series, SECONDS, 2 * SECONDS, 10, 3.0);
    series.store().rollups().maintain(T0 + 8 * Times.HOUR_MICROS, SHORT);
  }

  private static void write(QuestDbSeries series, int from, int to, int step, double value) {
    for (int second = from; second < to; second += step) {
      for (int metric = 0; metric < 4; metric++) {
        series.append(reading(second, metric, value + second));
      }
      if (second % 3600 == 0) {
        series.commit();
      }
    }
    series.commit();
  }

  private static Reading reading(double second, int metric, double value) {
    long time = T0 + (long) (second * 1e6);
    // Texts and corrected times are kept in the second table.
    return metric == 3
        ? new Reading(PUMP, "m3", time, time - 5, time + 7, Double.NaN, "t" + value, 0)
        : new Reading(PUMP, "m" + metric, time, time, time, value, null, 0);
  }

  private static List<Reading> all(QuestDbSeries series) {
    List<Reading> all = new ArrayList<>();
    series.export(PUMP, T0, T0 + Times.DAY_MICROS, all::add);
    return all;
  }

  private void unpack(List<SnapshotFile> files) throws IOException {
    for (SnapshotFile file : files) {
      Path to = root.resolve("copy").resolve(file.name());
      Files.createDirectories(to.getParent());
      byte[] bytes = Files.readAllBytes(file.path());
      Files.write(to, Arrays.copyOf(bytes, Math.toIntExact(file.sizeBytes())));
    }
  }

  private QuestDbSeries open(String name, SeriesConfig config) throws IOException {
    Files.createDirectories(root.resolve(name).getParent());
    return QuestDbSeries.open(root.resolve(name), config, clock, new SimpleMeterRegistry());
  }
}
