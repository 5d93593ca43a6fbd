package io.vagus.process;

import io.vagus.kit.MonotonicClock;
import io.vagus.model.Reading;
import io.vagus.series.Series;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Gathers readings into commits of the series. It keeps them until the commit is done, so that a
 * failed one is written whole again: the series stores a reading once. Confined to one thread.
 */
final class SeriesWriter {
  private final Series series;
  private final MonotonicClock clock;
  private final int commitReadings;
  private final long commitNanos;
  private final List<Reading> pending = new ArrayList<>();
  private long firstNanos;

  SeriesWriter(Series series, ProcessConfig config, MonotonicClock clock) {
    this.series = series;
    this.clock = clock;
    this.commitReadings = config.commitReadings();
    this.commitNanos = config.commitEvery().toNanos();
  }

  void add(Reading reading) {
    if (pending.isEmpty()) {
      firstNanos = clock.nanos();
    }
    pending.add(reading);
  }

  boolean isCommitted() {
    return pending.isEmpty();
  }

  boolean wantsCommit() {
    return pending.size() >= commitReadings
        || (!pending.isEmpty() && clock.nanos() - firstNanos >= commitNanos);
  }

  /** How long the next commit may be waited for. */
  Duration untilCommit(Duration most) {
    if (pending.isEmpty()) {
      return most;
    }
    long nanos = Math.max(0, commitNanos - (clock.nanos() - firstNanos));
    return nanos < most.toNanos() ? Duration.ofNanos(nanos) : most;
  }

  /** Writes and commits all readings; after an exception the next call begins again. */
  void commit() {
    if (pending.isEmpty()) {
      return;
    }
    for (Reading reading : pending) {
      series.append(reading);
    }
    series.commit();
    pending.clear();
  }
}
