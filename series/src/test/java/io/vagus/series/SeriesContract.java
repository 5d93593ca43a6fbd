package io.vagus.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.kit.VagusException;
import io.vagus.model.DeviceId;
import io.vagus.model.Quality;
import io.vagus.model.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every engine does the same. */
public abstract class SeriesContract {
  protected static final long T0 = micros("2026-11-20T00:00:00Z");
  protected static final long SECOND = 1_000_000;
  protected static final long MINUTE = 60 * SECOND;
  protected static final long HOUR = 60 * MINUTE;
  protected static final long DAY = 24 * HOUR;
  protected static final DeviceId PUMP = new DeviceId("pump-1");
  protected static final SeriesConfig CONFIG =
      new SeriesConfig(Duration.ofDays(2), Duration.ofDays(10), Duration.ofDays(100));

  protected Series series;

  protected abstract Series open();

  @BeforeEach
  void openSeries() {
    series = open();
  }

  @AfterEach
  void closeSeries() {
    series.close();
  }

  @Test
  void readsBackWhatWasCommitted() {
    Reading first = reading("temperature", T0, 21.7);
    Reading second = reading("temperature", T0 + 1, 21.8);
    store(second, first);
    assertThat(series.raw(PUMP, "temperature", T0, T0 + 2, 10)).containsExactly(first, second);
    assertThat(series.metrics(PUMP)).containsExactly("temperature");
    assertThat(series.health().readings()).isEqualTo(2);
    assertThat(series.health().seriesCount()).isEqualTo(1);
  }

  @Test
  void rangeHasItsStartAndNotItsEnd() {
    store(reading("t", T0, 1), reading("t", T0 + 10, 2), reading("t", T0 + 20, 3));
    assertThat(series.raw(PUMP, "t", T0, T0 + 20, 10)).hasSize(2);
    assertThat(series.raw(PUMP, "t", T0 + 1, T0 + 21, 10)).hasSize(2);
    assertThat(series.raw(PUMP, "t", T0 + 20, T0 + 20, 10)).isEmpty();
    assertThat(series.raw(PUMP, "t", T0 + 20, T0, 10)).isEmpty();
    assertThat(series.range(PUMP, "t", T0 + 20, T0, 1).points()).isEmpty();
    assertThat(series.raw(PUMP, "t", Long.MIN_VALUE, Long.MAX_VALUE, 10)).hasSize(3);
    assertThat(series.raw(PUMP, "t", 0, Long.MAX_VALUE, 2)).hasSize(2);
  }

  @Test
  void storesTheSameReadingOnceAndTheLastWriteCounts() {
    store(reading("t", T0, 1), reading("t", T0, 2));
    store(reading("t", T0, 3));
    store(reading("t", T0, 3));
    assertThat(series.raw(PUMP, "t", T0, T0 + 1, 10)).containsExactly(reading("t", T0, 3));
    assertThat(series.health().readings()).isEqualTo(1);
    assertThat(point(T0, MINUTE, 0)).isEqualTo(new Range.Point(T0, 3, 3, 3, 3, 1));
  }

  @Test
  void aTextReplacedByANumberLeavesNoTrace() {
    store(text("state", T0, "open"));
    Reading number = new Reading(PUMP, "state", T0, T0, T0 + 5, 4, null, Quality.GOOD);
    store(number);
    assertThat(series.raw(PUMP, "state", T0, T0 + 1, 10)).containsExactly(number);
    store(text("state", T0, "shut"));
    assertThat(series.raw(PUMP, "state", T0, T0 + 1, 10))
        .containsExactly(text("state", T0, "shut"));
  }

  @Test
  void keepsTimesAndFlagsToTheMicrosecond() {
    List<Reading> odd =
        List.of(
            new Reading(PUMP, "t", T0, T0, T0 + 8_388_607, 1, null, Quality.GOOD),
            new Reading(PUMP, "t", T0 + 1, T0 + 1, T0 + 8_388_609, 1, null, Quality.GOOD),
            new Reading(PUMP, "t", T0 + 2, T0 + 2, T0 + 2 - 8_388_608, 1, null, Quality.LATE),
            new Reading(PUMP, "t", T0 + 3, T0 + 3, T0 - 90 * DAY, 1, null, Quality.LATE),
            new Reading(PUMP, "t", T0 + 4, T0 + 4, T0 + 4, 1, null, Quality.NO_DEVICE_TIME),
            new Reading(PUMP, "t", T0 + 5, T0 + 7, T0 + 7, 1, null, Quality.NO_DEVICE_TIME),
            new Reading(PUMP, "t", T0 + 6, -5, T0 + 7, 1, null, Quality.CLAMPED_PAST),
            new Reading(PUMP, "t", T0 + 7, Long.MAX_VALUE, T0, 1, null, Quality.CLAMPED_FUTURE),
            new Reading(PUMP, "t", T0 + 8, T0 + 8, T0 + 8, 1, null, 1 << 20),
            new Reading(PUMP, "t", T0 + 9, T0 - 12, T0 + 9, 1, null, Quality.CLOCK_CORRECTED));
    store(odd.toArray(Reading[]::new));
    assertThat(series.raw(PUMP, "t", T0, T0 + 100, 100)).isEqualTo(odd);
  }

  @Test
  void keepsTextsAndBooleansAndLeavesTextsOutOfRollUps() {
    store(text("state", T0, "öffnet ✓"), text("state", T0 + 1, ""), reading("on", T0, 1));
    assertThat(series.raw(PUMP, "state", T0, T0 + 2, 10))
        .extracting(Reading::text)
        .containsExactly("öffnet ✓", "");
    assertThat(series.raw(PUMP, "on", T0, T0 + 1, 1)).containsExactly(reading("on", T0, 1));
    assertThat(series.range(PUMP, "state", T0, T0 + HOUR, MINUTE).points()).isEmpty();
    assertThat(series.range(PUMP, "on", T0, T0 + HOUR, HOUR).points())
        .containsExactly(new Range.Point(T0, 1, 1, 1, 1, 1));
  }

  @Test
  void keepsExtremeValuesAndLeavesNanOutOfRollUps() {
    double[] extremes = {
      Double.MAX_VALUE,
      -Double.MAX_VALUE,
      Double.MIN_VALUE,
      -0.0,
      Double.NaN,
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY
    };
    for (int i = 0; i < extremes.length; i++) {
      series.append(reading("x", T0 + i * HOUR, extremes[i]));
    }
    series.commit();
    series.maintain(T0 + DAY);
    assertThat(series.raw(PUMP, "x", T0, T0 + DAY, 10))
        .extracting(r -> Double.doubleToRawLongBits(r.number()))
        .containsExactlyElementsOf(
            java.util.Arrays.stream(extremes).mapToObj(Double::doubleToRawLongBits).toList());
    assertThat(series.range(PUMP, "x", T0, T0 + DAY, HOUR).points())
        .extracting(Range.Point::last)
        .containsExactly(
            Double.MAX_VALUE,
            -Double.MAX_VALUE,
            Double.MIN_VALUE,
            -0.0,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY);
  }

  @Test
  void refusesTimesOutside1970To2100AndKeepsTheBounds() {
    assertThatThrownBy(() -> series.append(reading("t", -1, 1)))
        .isInstanceOf(VagusException.class)
        .hasMessageContaining("timeMicros: -1 (expected: 0 to");
    assertThatThrownBy(() -> series.append(reading("t", Times.END_MICROS, 1)))
        .isInstanceOf(VagusException.class);
    Reading earliest = reading("t", 0, 1);
    Reading latest = reading("t", Times.END_MICROS - 1, 2);
    store(latest, earliest, reading("t", T0, 3));
    assertThat(series.raw(PUMP, "t", 0, 1, 1)).containsExactly(earliest);
    assertThat(series.raw(PUMP, "t", T0 + DAY, Long.MAX_VALUE, 1)).containsExactly(latest);
    series.maintain(T0 + DAY);
    assertThat(series.range(PUMP, "t", 0, Long.MAX_VALUE, DAY).points()).hasSize(2);
  }

  @Test
  void picksTheTierByStepAndRoundsTheStepUp() {
    store(reading("t", T0, 1));
    assertRange(series.range(PUMP, "t", T0, T0 + HOUR, SECOND), Range.Tier.RAW, SECOND);
    assertRange(series.range(PUMP, "t", T0, T0 + DAY, 288 * SECOND), Range.Tier.MINUTE, 5 * MINUTE);
    assertRange(series.range(PUMP, "t", T0, T0 + DAY, 90 * MINUTE), Range.Tier.HOUR, 2 * HOUR);
    assertThatThrownBy(() -> series.range(PUMP, "t", T0, T0 + 1, 0))
        .isInstanceOf(VagusException.class)
        .hasMessage("stepMicros: 0 (expected: > 0)");
    assertThat(series.range(new DeviceId("none"), "t", T0, T0 + DAY, HOUR).points()).isEmpty();
    assertThat(series.range(PUMP, "none", T0, T0 + DAY, HOUR).points()).isEmpty();
  }

  @Test
  void edgesOfARangeAreExactInEveryTier() {
    for (int second = 0; second < 3 * 3600; second += 10) {
      series.append(reading("t", T0 + second * SECOND, second));
    }
    series.commit();
    series.maintain(T0 + DAY);
    long from = T0 + 1795 * SECOND;
    long to = T0 + 2 * HOUR + 1805 * SECOND;
    for (long step : new long[] {SECOND, MINUTE, HOUR}) {
      List<Range.Point> points = series.range(PUMP, "t", from, to, step).points();
      assertThat(points.getFirst().min()).isEqualTo(1800);
      assertThat(points.getLast().last()).isEqualTo(9000);
      assertThat(points.stream().mapToLong(Range.Point::count).sum()).isEqualTo(721);
    }
  }

  @Test
  void lateReadingsReachRollUpsThatWereMadeBefore() {
    store(reading("t", T0 + SECOND, 2), reading("t", T0 + 2 * HOUR, 5));
    series.maintain(T0 + DAY);
    assertThat(point(T0, MINUTE, 0).count()).isEqualTo(1);
    store(reading("t", T0 + 2 * SECOND, 6), reading("t", T0, 1));
    Range.Point expected = new Range.Point(T0, 1, 6, 3, 6, 3);
    assertThat(point(T0, MINUTE, 0)).isEqualTo(expected);
    assertThat(point(T0, HOUR, 0)).isEqualTo(expected);
    series.maintain(T0 + DAY);
    series.maintain(T0 + 36 * HOUR);
    assertThat(point(T0, MINUTE, 0)).isEqualTo(expected);
    assertThat(point(T0, HOUR, 0)).isEqualTo(expected);
    assertThat(point(T0, HOUR, 1)).isEqualTo(new Range.Point(T0 + 2 * HOUR, 5, 5, 5, 5, 1));
  }

  @Test
  void retentionDropsEachTierInItsTime() {
    store(reading("t", T0, 1), reading("t", T0 + HOUR + 30 * SECOND, 2));
    series.maintain(T0 + HOUR);
    series.maintain(T0 + 3 * DAY);
    assertThat(series.raw(PUMP, "t", 0, Long.MAX_VALUE, 10)).isEmpty();
    assertThat(series.health().readings()).isZero();
    Range minutes = series.range(PUMP, "t", T0, T0 + DAY, SECOND);
    assertRange(minutes, Range.Tier.MINUTE, MINUTE);
    assertThat(minutes.points())
        .containsExactly(
            new Range.Point(T0, 1, 1, 1, 1, 1), new Range.Point(T0 + HOUR, 2, 2, 2, 2, 1));

    series.maintain(T0 + 12 * DAY);
    Range hours = series.range(PUMP, "t", T0 + 10 * SECOND, T0 + DAY, SECOND);
    assertRange(hours, Range.Tier.HOUR, HOUR);
    assertThat(hours.points()).hasSize(2);

    series.maintain(T0 + 102 * DAY);
    assertThat(series.range(PUMP, "t", 0, T0 + DAY, HOUR).points()).isEmpty();
    assertThat(series.metrics(PUMP)).containsExactly("t");
  }

  @Test
  void whatComesAfterRawIsDroppedFillsGapsButChangesNoRollUp() {
    store(reading("t", T0 + SECOND, 1));
    series.maintain(T0 + 3 * DAY);
    store(reading("t", T0 + SECOND, 1), reading("t", T0 + 2 * SECOND, 9));
    store(reading("t", T0 + 5 * MINUTE, 7), reading("t", T0 + 20 * HOUR, 8));
    for (int round = 0; round < 2; round++) {
      assertThat(series.range(PUMP, "t", T0, T0 + DAY, MINUTE).points())
          .containsExactly(
              new Range.Point(T0, 1, 1, 1, 1, 1),
              new Range.Point(T0 + 5 * MINUTE, 7, 7, 7, 7, 1),
              new Range.Point(T0 + 20 * HOUR, 8, 8, 8, 8, 1));
      series.maintain(T0 + 3 * DAY);
    }
    assertThat(series.health().readings()).isZero();
  }

  @Test
  void rollsUpManySeriesAtOnce() {
    for (int device = 0; device < 5000; device += device < 50 ? 1 : 99) {
      for (int i = 0; i < 3; i++) {
        DeviceId id = new DeviceId("fleet-" + device);
        long time = T0 + i * 20 * SECOND;
        series.append(new Reading(id, "t", time, time, time, device + i, null, 0));
      }
    }
    series.commit();
    series.maintain(T0 + 2 * HOUR);
    store(new Reading(new DeviceId("fleet-7"), "t", T0 + HOUR / 2, T0, T0, 1, null, 0));
    series.maintain(T0 + 4 * HOUR);
    for (int device : new int[] {0, 7, 49, 50, 149, 4901}) {
      assertThat(series.range(new DeviceId("fleet-" + device), "t", T0, T0 + HOUR, MINUTE).points())
          .startsWith(new Range.Point(T0, device, device + 2, device + 1, device + 2, 3))
          .hasSize(device == 7 ? 2 : 1);
    }
  }

  @Test
  void exportsAllMetricsOldestFirst() {
    List<Reading> all = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      all.add(reading("a", T0 + i * MINUTE, i));
      all.add(i % 3 == 0 ? text("b", T0 + i * MINUTE, "v" + i) : reading("b", T0 + i * MINUTE, i));
      series.append(new Reading(new DeviceId("other"), "a", T0 + i, T0, T0, i, null, 0));
    }
    store(all.toArray(Reading[]::new));
    List<Reading> exported = new ArrayList<>();
    series.export(PUMP, T0, T0 + DAY, exported::add);
    assertThat(exported).isEqualTo(all);
    exported.clear();
    series.export(PUMP, T0 + 1, T0 + 2 * MINUTE, exported::add);
    assertThat(exported).isEqualTo(all.subList(2, 4));
    series.export(new DeviceId("none"), 0, Long.MAX_VALUE, r -> assertThat(r).isNull());
  }

  @Test
  void anyOrderAndRepetitionGivesTheRangesOfANaiveModel() {
    for (long seed = 1; seed <= 8; seed++) {
      assertSameAsModel(seed);
    }
  }

  /** Readings of one day in eighths, so that sums are exact; each seed on a device of its own. */
  private void assertSameAsModel(long seed) {
    Random random = new Random(seed);
    DeviceId device = new DeviceId("model-" + seed);
    TreeMap<Long, Double> model = new TreeMap<>();
    for (int round = 0; round < 5; round++) {
      for (int i = random.nextInt(60); i >= 0; i--) {
        long time =
            T0 + (random.nextBoolean() ? 22 * HOUR : 0) + random.nextInt(4 * 180) * 20 * SECOND;
        Double known = model.get(time);
        double value = known != null && random.nextBoolean() ? known : random.nextInt(800) / 8.0;
        model.put(time, value);
        Reading r = new Reading(device, "t", time, time, time, value, null, 0);
        series.append(r);
        if (random.nextInt(4) == 0) {
          series.append(r);
        }
      }
      series.commit();
      if (random.nextBoolean()) {
        series.maintain(T0 + random.nextInt(48) * HOUR);
      }
      long from = T0 + random.nextInt(86_400) * SECOND / (1 + random.nextInt(8));
      long to = from + random.nextInt(86_400) * SECOND;
      for (long step : new long[] {30 * SECOND, MINUTE, 7 * MINUTE, HOUR, 5 * HOUR}) {
        assertThat(series.range(device, "t", from, to, step).points())
            .as("seed %d, round %d, step %d s", seed, round, step / SECOND)
            .isEqualTo(naive(model, from, to, step));
      }
    }
  }

  private static List<Range.Point> naive(
      TreeMap<Long, Double> model, long from, long to, long step) {
    TreeMap<Long, List<Double>> steps = new TreeMap<>();
    model
        .subMap(from, to)
        .forEach((t, v) -> steps.computeIfAbsent(t - t % step, s -> new ArrayList<>()).add(v));
    return steps.entrySet().stream()
        .map(e -> {
          var stats = e.getValue().stream().mapToDouble(v -> v).summaryStatistics();
          return new Range.Point(
              e.getKey(),
              stats.getMin(),
              stats.getMax(),
              stats.getAverage(),
              e.getValue().getLast(),
              stats.getCount());
        })
        .toList();
  }

  protected final void store(Reading... readings) {
    for (Reading r : readings) {
      series.append(r);
    }
    series.commit();
  }

  private Range.Point point(long from, long step, int index) {
    return series.range(PUMP, "t", from, from + DAY, step).points().get(index);
  }

  private static void assertRange(Range range, Range.Tier tier, long step) {
    assertThat(range.tier()).isEqualTo(tier);
    assertThat(range.stepMicros()).isEqualTo(step);
  }

  protected static Reading reading(String metric, long time, double value) {
    return new Reading(PUMP, metric, time, time, time + 1500, value, null, Quality.GOOD);
  }

  protected static Reading text(String metric, long time, String text) {
    return new Reading(PUMP, metric, time, time, time + 1500, Double.NaN, text, Quality.GOOD);
  }

  protected static long micros(String instant) {
    return Instant.parse(instant).toEpochMilli() * 1000;
  }
}
