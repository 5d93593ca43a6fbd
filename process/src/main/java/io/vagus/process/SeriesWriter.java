package io.vagus.process;

import io.vagus.kit.MonotonicClock;
import io.vagus.model.Reading;
import io.vagus.series.Series;
import java.time.Duration;

/**
 * Gathers readings into commits of the series, which keeps them until one succeeds. While a backlog
 * is worked off, which is late in any case, commits are larger: each writes anew the part of a
 * partition that it falls into, so that ten times as many rows cost little more. Confined to one
 * thread.
 */
final class SeriesWriter {
  private static final int BEHIND_FACTOR = 10;

  private final Series series;
  private final MonotonicClock clock;
  private final int commitReadings;
  private final long commitNanos;
  private int pending;
  private long firstNanos;
  private int factor = 1;

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

  /** Whether more waits in the journal than was read at once. */
  void behind(boolean isBehind) {
    factor = isBehind ? BEHIND_FACTOR : 1;
  }

  boolean wantsCommit() {
    return pending >= (long) commitReadings * factor
        || (pending > 0 && clock.nanos() - firstNanos >= commitNanos * factor);
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
