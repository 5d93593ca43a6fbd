package io.vagus.series.questdb;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vagus.series.Range;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What is counted and timed. Sizes are looked up on disk every ten seconds at most. Thread-safe.
 */
final class SeriesMeters {
  private static final long SIZE_AGE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final MeterRegistry registry;
  private final QuestDbSeries series;
  private final Counter rows;
  private final Timer commits;
  private Map<Range.Tier, Long> sizes = Map.of();
  private long sizedAtNanos;

  SeriesMeters(MeterRegistry registry, QuestDbSeries series) {
    this.registry = registry;
    this.series = series;
    rows = Counter.builder("vagus.series.rows").description("Readings written").register(registry);
    commits = timer("vagus.series.commit", "From the rows to durable and visible", "all");
    Gauge.builder("vagus.series.count", series, s -> s.store().dictionary().count())
        .description("Pairs of device and metric")
        .register(registry);
    for (Range.Tier tier : Range.Tier.values()) {
      Gauge.builder("vagus.series.size", () -> bytesByTier().getOrDefault(tier, 0L))
          .description("Stored on disk")
          .baseUnit("bytes")
          .tag("tier", tier.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
  }

  void commit(int count, Runnable work) {
    commits.record(work);
    rows.increment(count);
  }

  void query(String kind, Runnable work) {
    query(
        kind,
        () -> {
          work.run();
          return kind;
        });
  }

  <T> T query(String kind, Supplier<T> work) {
    Timer.Sample sample = Timer.start(registry);
    try {
      return work.get();
    } finally {
      sample.stop(timer("vagus.series.query", "Time a query takes", kind));
    }
  }

  private Timer timer(String name, String description, String kind) {
    return Timer.builder(name)
        .description(description)
        .tag("kind", kind)
        .publishPercentiles(0.5, 0.95, 0.99)
        .register(registry);
  }

  synchronized Map<Range.Tier, Long> bytesByTier() {
    long now = registry.config().clock().monotonicTime();
    if (sizes.isEmpty() || now - sizedAtNanos > SIZE_AGE_NANOS) {
      sizes = measure();
      sizedAtNanos = now;
    }
    return sizes;
  }

  private Map<Range.Tier, Long> measure() {
    try {
      Map<Range.Tier, Long> found = new EnumMap<>(Range.Tier.class);
      found.put(Range.Tier.RAW, series.store().rawBytes());
      found.put(Range.Tier.MINUTE, series.store().rollups().minuteBytes());
      found.put(Range.Tier.HOUR, series.store().rollups().hourBytes());
      return Map.copyOf(found);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
