package io.vagus.series.questdb;

import static io.vagus.series.Times.DAY_MICROS;
import static io.vagus.series.Times.HOUR_MICROS;
import static io.vagus.series.Times.MINUTE_MICROS;

import io.vagus.kit.SnapshotFolder;
import io.vagus.series.Bucket;
import io.vagus.series.SeriesConfig;
import io.vagus.series.TieredRange;
import io.vagus.series.Times;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The three tiers of all series: minutes made from raw rows, hours made from minutes, and what is
 * known of them on disk ({@link SeriesState}).
 *
 * <p>{@link #mark} belongs to the committing thread, which holds the write lock; {@link #maintain}
 * to any one thread, at the same time.
 */
final class Rollups {
  private final Path statePath;
  private final RawStore store;
  private final Dictionary dictionary;
  private final ReentrantLock writing;
  private final RollupTier minutes;
  private final RollupTier hours;
  private final long rebuiltMicros;
  private volatile long rawHorizonMicros;
  private volatile long minuteHorizonMicros;
  private boolean stateBehind;

  Rollups(
      Path directory,
      SeriesState state,
      RawStore store,
      Dictionary dictionary,
      ReentrantLock writing)
      throws IOException {
    this.statePath = directory.resolve("state");
    this.store = store;
    this.dictionary = dictionary;
    this.writing = writing;
    this.rawHorizonMicros = state.rawHorizonMicros();
    this.minuteHorizonMicros = state.minuteHorizonMicros();
    this.rebuiltMicros = state.rebuiltMicros();
    minutes =
        new RollupTier(directory.resolve("minute"), HOUR_MICROS, MINUTE_MICROS, new RawAsFiner());
    hours =
        new RollupTier(directory.resolve("hour"), DAY_MICROS, HOUR_MICROS, new MinutesAsFiner());
    state.minuteSpans().forEach(minutes.marks()::markAll);
    state.hourSpans().forEach(hours.marks()::markAll);
  }

  /** Notes, durably, that roll-ups will be behind these rows. Before they are written. */
  void mark(PendingReadings.Batch batch) throws IOException {
    for (int i = 0; i < batch.count(); i++) {
      long time = batch.timeMicros(i);
      stateBehind |= minutes.marks().mark(minutes.spanOf(time), batch.id(i));
      stateBehind |= hours.marks().mark(hours.spanOf(time), batch.id(i));
    }
    if (stateBehind) {
      writeState();
    }
  }

  /** Brings roll-ups up to date where a span is over, then drops what retention says is over. */
  synchronized void maintain(long nowMicros, SeriesConfig config) throws IOException {
    long raw = horizon(nowMicros, Times.micros(config.retainRaw()), HOUR_MICROS, rawHorizonMicros);
    long minute =
        horizon(nowMicros, Times.micros(config.retainMinute()), DAY_MICROS, minuteHorizonMicros);
    long hour = horizon(nowMicros, Times.micros(config.retainHour()), DAY_MICROS, 0);
    minutes.roll(nowMicros, raw, dictionary.count(), writing);
    hours.roll(nowMicros, minute, dictionary.count(), writing);
    writing.lock();
    try {
      rawHorizonMicros = raw;
      minuteHorizonMicros = minute;
      writeState();
      if (!minutes.marks().anyBefore(raw)) {
        store.dropBefore(raw);
      }
    } finally {
      writing.unlock();
    }
    if (!hours.marks().anyBefore(minute)) {
      minutes.files().expire(minute);
    }
    hours.files().expire(hour);
  }

  private static long horizon(long nowMicros, long retainMicros, long widthMicros, long before) {
    return Math.max(before, Times.floor(nowMicros - retainMicros, widthMicros));
  }

  private void writeState() throws IOException {
    new SeriesState(
            dictionary.count(),
            rawHorizonMicros,
            minuteHorizonMicros,
            rebuiltMicros,
            minutes.marks().spans(),
            hours.marks().spans())
        .write(statePath);
    stateBehind = false;
  }

  TieredRange.Source of(int id) {
    return new OneSeries(id);
  }

  void snapshot(SnapshotFolder folder, String name) {
    minutes.files().snapshot(folder, name + "/minute");
    hours.files().snapshot(folder, name + "/hour");
  }

  long minuteBytes() throws IOException {
    return minutes.files().sizeBytes();
  }

  long hourBytes() throws IOException {
    return hours.files().sizeBytes();
  }

  private final class OneSeries implements TieredRange.Source {
    private final int id;

    OneSeries(int id) {
      this.id = id;
    }

    @Override
    public void raw(long fromMicros, long toMicros, Consumer<Bucket> sink) {
      store.numbers(
          ReadingScan.condition(id), fromMicros, toMicros, (i, bucket) -> sink.accept(bucket));
    }

    @Override
    public void minutes(long fromMicros, long toMicros, Consumer<Bucket> sink) {
      minutes.read(id, fromMicros, toMicros, sink);
    }

    @Override
    public void hours(long fromMicros, long toMicros, Consumer<Bucket> sink) {
      hours.read(id, fromMicros, toMicros, sink);
    }

    @Override
    public long rawHorizonMicros() {
      return rawHorizonMicros;
    }

    @Override
    public long minuteHorizonMicros() {
      return minuteHorizonMicros;
    }
  }

  private final class RawAsFiner implements RollupTier.Finer {
    /** Up to so many series are asked for by number, more by range. */
    private static final int MAX_LISTED = 32;

    @Override
    public void one(int id, long fromMicros, long toMicros, Consumer<Bucket> sink) {
      of(id).raw(fromMicros, toMicros, sink);
    }

    @Override
    public void many(int[] ids, long fromMicros, long toMicros, Sink sink) {
      if (ids.length <= MAX_LISTED) {
        store.numbers(ReadingScan.condition(ids), fromMicros, toMicros, sink);
        return;
      }
      BitSet wanted = new BitSet();
      for (int id : ids) {
        wanted.set(id);
      }
      String condition = "sid >= " + ids[0] + " and sid <= " + ids[ids.length - 1];
      store.numbers(
          condition,
          fromMicros,
          toMicros,
          (id, bucket) -> {
            if (wanted.get(id)) {
              sink.accept(id, bucket);
            }
          });
    }

    @Override
    public long horizonMicros() {
      return Math.max(rawHorizonMicros, Times.floor(rebuiltMicros, HOUR_MICROS));
    }
  }

  private final class MinutesAsFiner implements RollupTier.Finer {
    @Override
    public void one(int id, long fromMicros, long toMicros, Consumer<Bucket> sink) {
      minutes.read(id, fromMicros, toMicros, sink);
    }

    @Override
    public void many(int[] ids, long fromMicros, long toMicros, Sink sink) {
      for (int id : ids) {
        minutes.read(id, fromMicros, toMicros, bucket -> sink.accept(id, bucket));
      }
    }

    @Override
    public long horizonMicros() {
      return minuteHorizonMicros;
    }
  }
}
