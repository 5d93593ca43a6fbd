package io.vagus.process;

import io.vagus.kit.MonotonicClock;
import io.vagus.model.Reading;
import io.vagus.series.Series;
import java.time.Duration;

/**
 * Gathers readings into commits of the series, which keeps them until one succeeds. Confined to one
 * thread.
 */
final class SeriesWriter {
  private final Series series;
  private final MonotonicClock clock;
  private final int commitReadings;
  private final long commitNanos;
  private int pending;
  private long firstNanos;

  SeriesWriter(Series series, ProcessConfig config, MonotonicClock clock) {
    this.series = series;
    this.clock = clock;
    this.commitReadings = config.commitReadings();
    this.commitNanos = config.commitEvery().toNanos();
  }

  void add(Reading reading) {
    if (pending == 0) {
      firstNanos = clock.nanos();
    }
    series.append(reading);
    pending++;
  }

  boolean isCommitted() {
    return pending == 0;
  }

  boolean wantsCommit() {
    return pending >= commitReadings || (pending > 0 && clock.nanos() - firstNanos >= commitNanos);
  }

  /** How long the next commit may be waited for. */
  Duration untilCommit(Duration most) {
    if (pending == 0) {
      return most;
    }
    long nanos = Math.max(0, commitNanos - (clock.nanos() - firstNanos));
    return nanos < most.toNanos() ? Duration.ofNanos(nanos) : most;
  }

  /** After an exception the same readings are committed by the next call. */
  void commit() {
    if (pending > 0) {
      series.commit();
      pending = 0;
    }
  }
}
