package io.vagus.series.questdb;

import io.micrometer.core.instrument.MeterRegistry;
import io.vagus.kit.SnapshotFolder;
import io.vagus.kit.WallClock;
import io.vagus.model.DeviceId;
import io.vagus.model.Reading;
import io.vagus.series.Range;
import io.vagus.series.Series;
import io.vagus.series.SeriesConfig;
import io.vagus.series.SeriesHealth;
import io.vagus.series.TieredRange;
import io.vagus.series.Times;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The hot tier on one node: raw readings in embedded QuestDB, roll-ups in files of their own.
 *
 * <p>{@link #append} collects; {@link #commit} sorts by time, syncs what the rows depend on, then
 * writes, syncs and applies the rows on the calling thread: when it returns they are durable and
 * visible. When it fails, what was appended is kept and the next commit tries again. {@link
 * #maintain} may run on any thread beside it and is to be called every minute or so.
 */
public final class QuestDbSeries implements Series {
  private final Store store;
  private final SeriesConfig config;
  private final SeriesMeters meters;
  private final ReentrantLock writing;
  private final PendingReadings pending = new PendingReadings();

  private QuestDbSeries(Store store, SeriesConfig config, MeterRegistry registry) {
    this.store = store;
    this.config = config;
    this.writing = store.writing();
    this.meters = new SeriesMeters(registry, this);
  }

  /**
   * Opens or creates the store. One that cannot be read is renamed to {@code
   * <dir>.quarantine-<time>} and a fresh one takes its place, see {@link #needsRebuild}.
   */
  public static QuestDbSeries open(
      Path dir, SeriesConfig config, WallClock wall, MeterRegistry meters) {
    return new QuestDbSeries(Store.open(dir, wall), config, meters);
  }

  /**
   * Whether raw readings start out empty, as the store is new or was put aside: the journal is to
   * be replayed from its start. Stays so over restarts until {@link #rebuildStarted}.
   */
  public boolean needsRebuild() {
    return store.needsRebuild();
  }

  /** The replay's position is durable, so that the next start continues it. */
  public void rebuildStarted() {
    store.rebuildStarted();
  }

  @Override
  public void append(Reading reading) {
    Times.requireStorable(reading);
    pending.add(reading);
  }

  @Override
  public void commit() {
    if (pending.count() > 0) {
      meters.commit(pending.count(), this::write);
      pending.clear();
    }
  }

  private void write() {
    PendingReadings.Batch batch = pending.batch(store.dictionary());
    writing.lock();
    try {
      store.dictionary().sync();
      store.rollups().mark(batch);
      store.raw().write(batch);
    } catch (IOException e) {
      throw DurableFiles.failed("commit", e);
    } finally {
      writing.unlock();
    }
  }

  @Override
  public List<Reading> raw(
      DeviceId device, String metric, long fromMicros, long toMicros, int limit) {
    List<Reading> found = new ArrayList<>();
    Integer id = store.dictionary().find(device, metric);
    if (id != null) {
      Dictionary.DeviceSeries one =
          new Dictionary.DeviceSeries(new String[] {metric}, new int[] {id});
      meters.query("raw", () -> read(device, one, fromMicros, toMicros, limit, found::add));
    }
    return found;
  }

  @Override
  public Range range(
      DeviceId device, String metric, long fromMicros, long toMicros, long stepMicros) {
    Integer id = store.dictionary().find(device, metric);
    TieredRange.Source source = store.rollups().of(id == null ? Dictionary.NO_SERIES : id);
    return meters.query("range", () -> TieredRange.of(source, fromMicros, toMicros, stepMicros));
  }

  @Override
  public List<String> metrics(DeviceId device) {
    return List.of(store.dictionary().of(device).metrics());
  }

  @Override
  public void export(DeviceId device, long fromMicros, long toMicros, Consumer<Reading> sink) {
    read(device, store.dictionary().of(device), fromMicros, toMicros, Long.MAX_VALUE, sink);
  }

  private void read(
      DeviceId device,
      Dictionary.DeviceSeries series,
      long fromMicros,
      long toMicros,
      long limit,
      Consumer<Reading> sink) {
    ReadingScan.run(
        store.raw(), device, series, Times.clamp(fromMicros), Times.clamp(toMicros), limit, sink);
  }

  @Override
  public void maintain(long nowMicros) {
    try {
      store.rollups().maintain(nowMicros, config);
    } catch (IOException e) {
      throw DurableFiles.failed("maintenance", e);
    }
  }

  /**
   * Keeps all that is committed, for as long as the folder is open. On a thread that neither
   * commits nor maintains meanwhile.
   *
   * @param name of this store's folder
   */
  public void snapshot(SnapshotFolder folder, String name) {
    store.snapshot(folder, name);
  }

  @Override
  public SeriesHealth health() {
    return new SeriesHealth(
        store.raw().rowCount(),
        store.dictionary().count(),
        meters.bytesByTier(),
        store.quarantined());
  }

  Store store() {
    return store;
  }

  /** Commits and stops; a commit that fails is reported after everything is closed. */
  @Override
  public void close() {
    try {
      commit();
    } finally {
      store.close();
    }
  }
}
