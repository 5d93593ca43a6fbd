package io.vagus.series.questdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.DeviceId;
import io.vagus.model.Reading;
import io.vagus.series.Range;
import io.vagus.series.SeriesConfig;
import io.vagus.series.Times;
import io.vagus.testkit.ManualClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files on disk are really damaged, then the store is opened. */
class DamagedStoreTest {
  private static final int HOURS = 3;
  private static final long T0 = 1_795_132_800_000_000L;
  private static final DeviceId PUMP = new DeviceId("pump-1");
  private static final SeriesConfig CONFIG = SeriesConfig.defaults();

  @TempDir Path root;
  private final ManualClock clock = new ManualClock(T0 + 2 * Times.DAY_MICROS);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "_txn garbage",
        "_txn truncate",
        "_txn delete",
        "_meta garbage",
        "_meta truncate",
        "_meta delete",
        "_cv garbage",
        "ts.d garbage",
        "ts.d truncate",
        "ts.d delete",
        "value.d truncate",
        "value.d delete",
        "sid.d truncate",
        "sid.d delete",
        "_txnlog garbage",
        "_txnlog delete",
        "partition delete",
      })
  void aBrokenTableIsPutAsideAndRebuilt(String damage) throws IOException {
    writeRolledUpDay();
    Path raw = root.resolve("series/raw");
    damage(raw, damage.split(" ")[0], damage.split(" ")[1]);
    try (QuestDbSeries series = open()) {
      assertThat(series.needsRebuild()).isTrue();
      assertThat(series.health().quarantined()).hasSize(1);
      assertThat(root.resolve(series.health().quarantined().getFirst())).isDirectory();
      assertThat(series.health().readings()).isZero();
      // The hours outlive the readings they were made from.
      assertThat(series.range(PUMP, "t", T0, T0 + Times.DAY_MICROS, Times.HOUR_MICROS).points())
          .hasSize(HOURS);
      append(series, 1, HOURS);
      series.rebuildStarted();
    }
    try (QuestDbSeries series = open()) {
      assertThat(series.needsRebuild()).isFalse();
      assertThat(series.health().readings()).isEqualTo((HOURS - 1) * 60);
      series.maintain(T0 + 2 * Times.DAY_MICROS);
      Range range = series.range(PUMP, "t", T0, T0 + Times.DAY_MICROS, Times.HOUR_MICROS);
      assertThat(range.points()).hasSize(HOURS).allMatch(p -> p.count() == 60);
    }
  }

  /** The engine can do without some of its files: then every row is there. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "_txnlog truncate",
        "tables.d garbage",
        "tables.d delete",
        "_name delete",
        "_cv delete"
      })
  void noRowIsMissingWhenTheStoreIsNotPutAside(String damage) throws IOException {
    writeRolledUpDay();
    damage(root.resolve("series/raw"), damage.split(" ")[0], damage.split(" ")[1]);
    try (QuestDbSeries series = open()) {
      List<Reading> found = series.raw(PUMP, "t", T0, T0 + Times.DAY_MICROS, 2000);
      assertThat(found).hasSize(series.needsRebuild() ? 0 : HOURS * 60);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"state garbage", "series.dict garbage", "series.dict truncate"})
  void withoutItsDictionaryTheWholeStoreIsPutAside(String damage) throws IOException {
    writeRolledUpDay();
    damage(root.resolve("series"), damage.split(" ")[0], damage.split(" ")[1]);
    try (QuestDbSeries series = open()) {
      assertThat(series.needsRebuild()).isTrue();
      assertThat(series.health().quarantined()).hasSize(1);
      assertThat(series.metrics(PUMP)).isEmpty();
      append(series, 0, 1);
      assertThat(series.raw(PUMP, "t", T0, T0 + Times.HOUR_MICROS, 100)).hasSize(60);
    }
  }

  @Test
  void aTornEndOfTheDictionaryIsCutOff() throws IOException {
    writeRolledUpDay();
    Path dictionary = root.resolve("series/series.dict");
    Files.write(dictionary, new byte[] {0, 40, 1, 2, 3}, StandardOpenOption.APPEND);
    try (QuestDbSeries series = open()) {
      assertThat(series.needsRebuild()).isFalse();
      assertThat(series.metrics(PUMP)).containsExactly("t");
    }
  }

  @Test
  void aDamagedRollUpIsMadeAgainFromReadings() throws IOException {
    writeRolledUpDay();
    try (Stream<Path> files = Files.list(root.resolve("series/minute"))) {
      files.forEach(f -> scramble(f, 0, 40));
    }
    try (QuestDbSeries series = open()) {
      for (int round = 0; round < 2; round++) {
        Range range = series.range(PUMP, "t", T0, T0 + Times.DAY_MICROS, Times.MINUTE_MICROS);
        assertThat(range.points().size()).isGreaterThanOrEqualTo(round * HOURS * 60);
      }
    }
  }

  @Test
  void aRollUpWithADamagedIndexIsPutAside() throws IOException {
    writeRolledUpDay();
    try (Stream<Path> files = Files.list(root.resolve("series/minute"))) {
      files.forEach(f -> scramble(f, f.toFile().length() - 30, 30));
    }
    try (QuestDbSeries series = open()) {
      assertThat(series.range(PUMP, "t", T0, T0 + Times.DAY_MICROS, Times.MINUTE_MICROS).points())
          .hasSize(HOURS * 60);
    }
  }

  @Test
  void aNewStoreNeedsAReplayUntilOneHasStarted() {
    for (boolean started : new boolean[] {false, true}) {
      try (QuestDbSeries series = open()) {
        assertThat(series.needsRebuild()).isTrue();
        if (started) {
          series.rebuildStarted();
        }
      }
    }
    try (QuestDbSeries series = open()) {
      assertThat(series.needsRebuild()).isFalse();
    }
  }

  @Test
  void aStoreIsOpenOnce() {
    try (QuestDbSeries series = open()) {
      assertThat(series.needsRebuild()).isTrue();
      assertThatThrownBy(this::open)
          .isInstanceOfSatisfying(
              VagusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_LOCKED));
      append(series, 0, 1);
    }
  }

  private void writeRolledUpDay() {
    try (QuestDbSeries series = open()) {
      append(series, 0, HOURS);
      series.maintain(T0 + 2 * Times.DAY_MICROS);
      series.rebuildStarted();
    }
  }

  /** Followed in mapped memory, such pointers end the process. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void pointersThatLeadOutOfTheTransactionFileAreNotFollowed(long seed) throws IOException {
    writeRolledUpDay();
    scramble(find(root.resolve("series/raw"), "_txn"), 0, 100, seed);

    try (QuestDbSeries series = open()) {
      assertThat(series.needsRebuild()).isTrue();
      assertThat(series.health().quarantined()).hasSize(1);
    }
  }

  private QuestDbSeries open() {
    return QuestDbSeries.open(root.resolve("series"), CONFIG, clock, new SimpleMeterRegistry());
  }

  private static void append(QuestDbSeries series, int fromHour, int toHour) {
    for (int minute = fromHour * 60; minute < toHour * 60; minute++) {
      long time = T0 + minute * Times.MINUTE_MICROS;
      series.append(new Reading(PUMP, "t", time, time, time, minute, null, 0));
    }
    series.commit();
  }

  private static void damage(Path below, String name, String how) throws IOException {
    Path victim = find(below, name);
    switch (how) {
      case "garbage" -> scramble(victim, 0, (int) victim.toFile().length());
      case "truncate" -> truncate(victim);
      case "delete" -> deleteAll(victim);
      default -> throw new IllegalArgumentException(how);
    }
  }

  /** The named file of the raw table, or one of its partitions. */
  private static Path find(Path below, String name) throws IOException {
    try (Stream<Path> all = Files.walk(below)) {
      List<Path> found =
          all.filter(p -> !p.toString().contains("wal"))
              .filter(p -> !p.toString().contains("detail"))
              .filter(p ->
                  name.equals("partition")
                      ? p.getFileName().toString().startsWith("20")
                      : p.getFileName().toString().startsWith(name))
              .sorted()
              .toList();
      assertThat(found).as(name).isNotEmpty();
      return found.getFirst();
    }
  }

  private static void scramble(Path file, long from, int length) {
    scramble(file, from, length, 7);
  }

  private static void scramble(Path file, long from, int length, long seed) {
    byte[] garbage = new byte[length];
    new Random(seed).nextBytes(garbage);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      assertThat(channel.write(ByteBuffer.wrap(garbage), from)).isEqualTo(length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void truncate(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      assertThat(channel.truncate(Math.min(40, channel.size() / 3)).size())
          .isLessThan(file.toFile().length() + 1);
    }
  }

  private static void deleteAll(Path victim) throws IOException {
    try (Stream<Path> all = Files.walk(victim)) {
      for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(p);
      }
    }
  }
}
