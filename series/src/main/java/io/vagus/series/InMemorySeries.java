package io.vagus.series;

import static io.vagus.series.Times.DAY_MICROS;
import static io.vagus.series.Times.HOUR_MICROS;
import static io.vagus.series.Times.MINUTE_MICROS;

import io.vagus.model.DeviceId;
import io.vagus.model.Reading;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Everything on the heap: the twin of the durable engines, for tests and for trying out. Roll-ups
 * are computed from readings when asked for; what retention drops is frozen into the next tier
 * first, and a frozen bucket does not change any more. Mutable; guarded by its own lock.
 */
public final class InMemorySeries implements Series {
  private static final Comparator<Reading> EXPORT_ORDER =
      Comparator.comparingLong(Reading::timeMicros).thenComparing(Reading::metric);

  private final SeriesConfig config;
  private final Map<DeviceId, NavigableMap<String, Metric>> devices = new HashMap<>();
  private final List<Reading> pending = new ArrayList<>();
  private long rawHorizonMicros;
  private long minuteHorizonMicros;

  public InMemorySeries(SeriesConfig config) {
    this.config = config;
  }

  @Override
  public synchronized void append(Reading reading) {
    Times.requireStorable(reading);
    pending.add(reading);
  }

  @Override
  public synchronized void commit() {
    for (Reading r : pending) {
      devices
          .computeIfAbsent(r.device(), d -> new TreeMap<>())
          .computeIfAbsent(r.metric(), m -> new Metric())
          .raw
          .put(r.timeMicros(), r);
    }
    pending.clear();
  }

  @Override
  public synchronized List<Reading> raw(
      DeviceId device, String metric, long fromMicros, long toMicros, int limit) {
    Metric found = metric(device, metric);
    return found == null || fromMicros >= toMicros
        ? List.of()
        : found.raw.subMap(fromMicros, toMicros).values().stream().limit(limit).toList();
  }

  @Override
  public synchronized Range range(
      DeviceId device, String metric, long fromMicros, long toMicros, long stepMicros) {
    return TieredRange.of(
        Objects.requireNonNullElseGet(metric(device, metric), Metric::new),
        fromMicros,
        toMicros,
        stepMicros);
  }

  @Override
  public synchronized List<String> metrics(DeviceId device) {
    return List.copyOf(devices.getOrDefault(device, new TreeMap<>()).keySet());
  }

  @Override
  public synchronized void export(
      DeviceId device, long fromMicros, long toMicros, Consumer<Reading> sink) {
    if (fromMicros >= toMicros) {
      return;
    }
    PriorityQueue<Reading> ordered = new PriorityQueue<>(EXPORT_ORDER);
    devices
        .getOrDefault(device, new TreeMap<>())
        .values()
        .forEach(m -> ordered.addAll(m.raw.subMap(fromMicros, toMicros).values()));
    while (!ordered.isEmpty()) {
      sink.accept(ordered.remove());
    }
  }

  @Override
  public synchronized void maintain(long nowMicros) {
    rawHorizonMicros =
        Math.max(
            rawHorizonMicros,
            Times.floor(nowMicros - Times.micros(config.retainRaw()), HOUR_MICROS));
    minuteHorizonMicros =
        Math.max(
            minuteHorizonMicros,
            Times.floor(nowMicros - Times.micros(config.retainMinute()), DAY_MICROS));
    long hourHorizon = Times.floor(nowMicros - Times.micros(config.retainHour()), DAY_MICROS);
    for (NavigableMap<String, Metric> metrics : devices.values()) {
      metrics.values().forEach(m -> m.freeze(hourHorizon));
    }
  }

  @Override
  public synchronized SeriesHealth health() {
    long readings = 0;
    long seriesCount = 0;
    for (NavigableMap<String, Metric> metrics : devices.values()) {
      seriesCount += metrics.size();
      readings += metrics.values().stream().mapToLong(m -> m.raw.size()).sum();
    }
    return new SeriesHealth(readings, seriesCount, Map.of(), List.of());
  }

  @Override
  public void close() {
    commit();
  }

  private @Nullable Metric metric(DeviceId device, String metric) {
    Map<String, Metric> metrics = devices.get(device);
    return metrics == null ? null : metrics.get(metric);
  }

  /** One series. */
  private final class Metric implements TieredRange.Source {
    private final NavigableMap<Long, Reading> raw = new TreeMap<>();
    private final NavigableMap<Long, Bucket> frozenMinutes = new TreeMap<>();
    private final NavigableMap<Long, Bucket> frozenHours = new TreeMap<>();

    @Override
    public void raw(long fromMicros, long toMicros, Consumer<Bucket> sink) {
      for (Reading r : raw.subMap(fromMicros, toMicros).values()) {
        if (!Double.isNaN(r.number())) {
          sink.accept(Bucket.of(r.timeMicros(), r.number()));
        }
      }
    }

    @Override
    public void minutes(long fromMicros, long toMicros, Consumer<Bucket> sink) {
      Steps steps = new Steps(MINUTE_MICROS);
      raw(fromMicros, toMicros, steps);
      overlay(steps, frozenMinutes.subMap(fromMicros, toMicros)).values().forEach(sink);
    }

    @Override
    public void hours(long fromMicros, long toMicros, Consumer<Bucket> sink) {
      Steps steps = new Steps(HOUR_MICROS);
      minutes(fromMicros, toMicros, steps);
      overlay(steps, frozenHours.subMap(fromMicros, toMicros)).values().forEach(sink);
    }

    @Override
    public long rawHorizonMicros() {
      return rawHorizonMicros;
    }

    @Override
    public long minuteHorizonMicros() {
      return minuteHorizonMicros;
    }

    private void freeze(long hourHorizonMicros) {
      hours(0, Math.max(0, minuteHorizonMicros), b -> frozenHours.put(b.startMicros(), b));
      minutes(0, Math.max(0, rawHorizonMicros), b -> frozenMinutes.put(b.startMicros(), b));
      frozenHours.headMap(hourHorizonMicros).clear();
      frozenMinutes.headMap(minuteHorizonMicros).clear();
      raw.headMap(rawHorizonMicros).clear();
    }

    private static NavigableMap<Long, Bucket> overlay(Steps steps, Map<Long, Bucket> frozen) {
      NavigableMap<Long, Bucket> all = new TreeMap<>();
      steps.toList().forEach(b -> all.put(b.startMicros(), b));
      all.putAll(frozen);
      return all;
    }
  }
}
