package io.vagus.series.questdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vagus.kit.WallClock;
import io.vagus.model.DeviceId;
import io.vagus.model.Reading;
import io.vagus.series.Bucket;
import io.vagus.series.Range;
import io.vagus.series.SeriesConfig;
import io.vagus.series.Steps;
import io.vagus.series.Times;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 at random moments between and within commits. */
class KilledProcessTest {
  private static final int ROUNDS = 4;
  private static final long SEED = 20261123;

  @TempDir Path dir;

  @Test
  void everythingCommittedIsThereOnceAfterKills() throws Exception {
    Random random = new Random(SEED);
    int committed = -1;
    for (int round = 0; round < ROUNDS; round++) {
      committed = runAndKill(committed + 1, committed + 5 + random.nextInt(25));
      assertHoldsAll(committed, "seed " + SEED + ", round " + round);
    }
  }

  /** The last batch that the child said was committed. */
  private int runAndKill(int from, int until) throws IOException, InterruptedException {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseCompactObjectHeaders",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                CommittingChild.class.getName(),
                dir.resolve("series").toString(),
                Integer.toString(from))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    int last = from - 1;
    try (BufferedReader lines = child.inputReader(StandardCharsets.UTF_8)) {
      String line;
      while (last < until && (line = lines.readLine()) != null) {
        last = line.matches("\\d+") ? Integer.parseInt(line) : last;
      }
      assertThat(child.toHandle().destroyForcibly()).isTrue();
      while ((line = lines.readLine()) != null) {
        last = line.matches("\\d+") ? Integer.parseInt(line) : last;
      }
    }
    assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(last).as("child stopped by itself").isGreaterThanOrEqualTo(until);
    return last;
  }

  private void assertHoldsAll(int committed, String when) {
    try (QuestDbSeries series =
        QuestDbSeries.open(
            dir.resolve("series"),
            SeriesConfig.defaults(),
            WallClock.system(),
            new SimpleMeterRegistry())) {
      assertThat(series.health().quarantined()).as(when).isEmpty();
      for (int d = 0; d < CommittingChild.DEVICES; d++) {
        DeviceId device = new DeviceId("device-" + d);
        List<Reading> stored = series.raw(device, "t", 0, Long.MAX_VALUE, Integer.MAX_VALUE);
        assertThat(stored).as(when).doesNotHaveDuplicates();
        TreeMap<Long, Reading> expected = expected(d, committed);
        // A batch that was under way when the kill came may be there too, with late readings in
        // the place of earlier ones.
        TreeMap<Long, Reading> underWay = expected(d, committed + 1);
        assertThat(stored)
            .as(when)
            .isSubsetOf(Stream.of(expected, underWay).flatMap(m -> m.values().stream()).toList());
        assertThat(stored.stream().map(Reading::timeMicros))
            .as(when)
            .containsAll(expected.keySet());
        assertThat(stored.size() - expected.size())
            .as(when)
            .isBetween(0, CommittingChild.BATCH / CommittingChild.DEVICES);
        assertRollUps(series, device, stored, when);
      }
    }
  }

  private static void assertRollUps(
      QuestDbSeries series, DeviceId device, List<Reading> stored, String when) {
    Steps steps = new Steps(Times.MINUTE_MICROS);
    stored.stream()
        .filter(r -> r.text() == null)
        .forEach(r -> steps.accept(Bucket.of(r.timeMicros(), r.number())));
    long from = CommittingChild.T0;
    assertThat(
            series.range(device, "t", from, from + Times.DAY_MICROS, Times.MINUTE_MICROS).points())
        .as(when)
        .extracting(Range.Point::count)
        .isEqualTo(steps.toList().stream().map(Bucket::count).toList());
  }

  private static TreeMap<Long, Reading> expected(int device, int committed) {
    TreeMap<Long, Reading> all = new TreeMap<>();
    Stream.iterate(
            device,
            i -> i < (committed + 1) * CommittingChild.BATCH,
            i -> i + CommittingChild.DEVICES)
        .map(CommittingChild::reading)
        .forEach(r -> all.put(r.timeMicros(), r));
    return all;
  }
}
