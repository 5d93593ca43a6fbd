package io.vagus.api;

import io.vagus.model.DeviceId;
import io.vagus.model.Reading;
import io.vagus.series.LatestReadings;
import io.vagus.series.Range;
import io.vagus.series.Series;
import io.vagus.series.SeriesHealth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;

/** Readings in a sorted map by device and metric, one tier; and the latest of them. */
final class FakeSeries implements Series, LatestReadings {
  private final Map<String, ConcurrentSkipListMap<Long, Reading>> metrics =
      new ConcurrentSkipListMap<>();

  /** A reading of good quality. */
  static Reading reading(String device, String metric, long timeMicros, double value) {
    return new Reading(
        new DeviceId(device), metric, timeMicros, timeMicros, timeMicros + 5, value, null, 0);
  }

  @Override
  public void append(Reading r) {
    metrics
        .computeIfAbsent(r.device() + "/" + r.metric(), k -> new ConcurrentSkipListMap<>())
        .put(r.timeMicros(), r);
  }

  @Override
  public void commit() {}

  @Override
  public List<Reading> raw(DeviceId device, String metric, long from, long to, int limit) {
    return of(device, metric).subMap(from, to).values().stream().limit(limit).toList();
  }

  @Override
  public Range range(DeviceId device, String metric, long from, long to, long step) {
    Map<Long, List<Reading>> steps = new TreeMap<>();
    for (Reading r : of(device, metric).subMap(from, to).values()) {
      steps
          .computeIfAbsent(Math.floorDiv(r.timeMicros(), step) * step, s -> new ArrayList<>())
          .add(r);
    }
    return new Range(
        Range.Tier.RAW, step, steps.entrySet().stream().map(e -> point(e.getValue(), e)).toList());
  }

  private static Range.Point point(List<Reading> readings, Map.Entry<Long, ?> step) {
    var stats = readings.stream().mapToDouble(Reading::number).summaryStatistics();
    return new Range.Point(
        step.getKey(),
        stats.getMin(),
        stats.getMax(),
        stats.getAverage(),
        readings.getLast().number(),
        readings.size());
  }

  @Override
  public List<String> metrics(DeviceId device) {
    return metrics.keySet().stream()
        .filter(key -> key.startsWith(device + "/"))
        .map(key -> key.substring(device.value().length() + 1))
        .toList();
  }

  @Override
  public void export(DeviceId device, long from, long to, Consumer<Reading> sink) {
    metrics(device).stream()
        .flatMap(metric -> of(device, metric).subMap(from, to).values().stream())
        .sorted(Comparator.comparingLong(Reading::timeMicros))
        .forEach(sink);
  }

  @Override
  public List<Reading> of(DeviceId device) {
    return metrics(device).stream().map(m -> of(device, m).lastEntry().getValue()).toList();
  }

  private ConcurrentSkipListMap<Long, Reading> of(DeviceId device, String metric) {
    return metrics.getOrDefault(device + "/" + metric, new ConcurrentSkipListMap<>());
  }

  @Override
  public void maintain(long nowMicros) {}

  @Override
  public SeriesHealth health() {
    return new SeriesHealth(0, 0, Map.of(), List.of());
  }

  @Override
  public void close() {}
}
