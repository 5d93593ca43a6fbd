package io.vagus.series.questdb;

import io.micrometer.core.instrument.MeterRegistry;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.kit.WallClock;
import io.vagus.model.DeviceId;
import io.vagus.model.Reading;
import io.vagus.series.Bucket;
import io.vagus.series.Range;
import io.vagus.series.Series;
import io.vagus.series.SeriesConfig;
import io.vagus.series.SeriesHealth;
import io.vagus.series.Steps;
import io.vagus.series.TieredRange;
import io.vagus.series.Times;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The hot tier on one node. {@link #append} collects; {@link #commit} sorts by time, syncs new
 * series numbers, writes, syncs and applies the rows. When a commit fails, what was appended is
 * kept and the next commit tries again.
 */
public final class QuestDbSeries implements Series {
  private final Dictionary dictionary;
  private final RawStore store;
  private final List<Reading> pending = new ArrayList<>();

  private QuestDbSeries(Dictionary dictionary, RawStore store) {
    this.dictionary = dictionary;
    this.store = store;
  }

  public static QuestDbSeries open(
      Path dir, SeriesConfig config, WallClock wall, MeterRegistry meters) {
    try {
      Path raw = Files.createDirectories(dir.resolve("raw"));
      EngineConfig.silenceLogs(dir);
      NativeSetup.load();
      return new QuestDbSeries(Dictionary.open(dir.resolve("series.dict")), new RawStore(raw));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Whether the store was empty or put aside, so that the journal is to be replayed from its start.
   */
  public boolean needsRebuild() {
    return false;
  }

  @Override
  public void append(Reading reading) {
    Times.requireStorable(reading);
    pending.add(reading);
  }

  @Override
  public void commit() {
    if (pending.isEmpty()) {
      return;
    }
    Reading[] sorted = pending.toArray(Reading[]::new);
    Arrays.sort(sorted, Comparator.comparingLong(Reading::timeMicros));
    int[] ids = new int[sorted.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = dictionary.idOf(sorted[i].device(), sorted[i].metric());
    }
    try {
      dictionary.sync();
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "dictionary: " + e.getMessage(), e);
    }
    store.write(sorted, ids, ids.length);
    pending.clear();
  }

  @Override
  public List<Reading> raw(
      DeviceId device, String metric, long fromMicros, long toMicros, int limit) {
    List<Reading> found = new ArrayList<>();
    Integer id = dictionary.find(device, metric);
    if (id != null) {
      ReadingScan.run(
          store,
          device,
          new Dictionary.DeviceSeries(new String[] {metric}, new int[] {id}),
          Times.clamp(fromMicros),
          Times.clamp(toMicros),
          limit,
          found::add);
    }
    return found;
  }

  @Override
  public Range range(
      DeviceId device, String metric, long fromMicros, long toMicros, long stepMicros) {
    Integer id = dictionary.find(device, metric);
    return TieredRange.of(new OneSeries(id == null ? -1 : id), fromMicros, toMicros, stepMicros);
  }

  @Override
  public List<String> metrics(DeviceId device) {
    return List.of(dictionary.of(device).metrics());
  }

  @Override
  public void export(DeviceId device, long fromMicros, long toMicros, Consumer<Reading> sink) {
    ReadingScan.run(
        store,
        device,
        dictionary.of(device),
        Times.clamp(fromMicros),
        Times.clamp(toMicros),
        Long.MAX_VALUE,
        sink);
  }

  @Override
  public void maintain(long nowMicros) {}

  @Override
  public SeriesHealth health() {
    return new SeriesHealth(store.rowCount(), dictionary.count(), Map.of(), List.of());
  }

  @Override
  public void close() {
    commit();
    store.close();
    try {
      dictionary.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final class OneSeries implements TieredRange.Source {
    private final int id;

    OneSeries(int id) {
      this.id = id;
    }

    @Override
    public void raw(long fromMicros, long toMicros, Consumer<Bucket> sink) {
      if (id < 0) {
        return;
      }
      store.scan(
          ReadingScan.condition(id),
          fromMicros,
          toMicros,
          Long.MAX_VALUE,
          (time, sid, value, meta) -> {
            if (!Double.isNaN(value)) {
              sink.accept(Bucket.of(time, value));
            }
          });
    }

    @Override
    public void minutes(long fromMicros, long toMicros, Consumer<Bucket> sink) {
      Steps steps = new Steps(Times.MINUTE_MICROS);
      raw(fromMicros, toMicros, steps);
      steps.toList().forEach(sink);
    }

    @Override
    public void hours(long fromMicros, long toMicros, Consumer<Bucket> sink) {
      Steps steps = new Steps(Times.HOUR_MICROS);
      raw(fromMicros, toMicros, steps);
      steps.toList().forEach(sink);
    }

    @Override
    public long rawHorizonMicros() {
      return 0;
    }

    @Override
    public long minuteHorizonMicros() {
      return 0;
    }
  }
}
