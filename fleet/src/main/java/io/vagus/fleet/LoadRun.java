package io.vagus.fleet;

import io.vagus.kit.MonotonicClock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One run of a crew, from the first connection to the last answer, and what the server says of it.
 * Used by one thread; another may end it early.
 */
final class LoadRun {
  private static final int CONNECTING = 500;
  private static final long CONNECT_QUIET_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long LEDGER_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Crew crew;
  private final long seed;
  private final CountDownLatch interrupted;
  private final MonotonicClock clock = MonotonicClock.system();

  LoadRun(Crew crew, long seed, CountDownLatch interrupted) {
    this.crew = crew;
    this.seed = seed;
    this.interrupted = interrupted;
  }

  /**
   * @param seconds of sending; 0: until it is interrupted
   */
  LoadReport run(int seconds, List<Threshold> thresholds) throws InterruptedException {
    Instant started = crew.wall().now();
    Standing before = Standing.of(crew.api());
    double connectSeconds = connect();
    long start = clock.nanos();
    Run run = crew.beginAnew(seconds == 0 ? Long.MAX_VALUE : TimeUnit.SECONDS.toMicros(seconds));
    if (watch(seconds, start)) {
      run.await();
    } else {
      run.close();
    }
    double ran = seconds(start);
    awaitAnswers();
    Counts counts = crew.counts();
    Summary summary =
        Summary.of(
            counts,
            new Summary.Size(seed, crew.size(), counts.connections.sum(), connectSeconds, ran));
    Standing change = settled(summary, before);
    return new LoadReport(started, summary, change, Verdict.of(summary, change), thresholds);
  }

  private double seconds(long start) {
    return (clock.nanos() - start) / 1e9;
  }

  /** Until each was let in or refused, or nothing comes about any more. */
  private double connect() throws InterruptedException {
    Progress progress = new Progress(0);
    long start = clock.nanos();
    long changed = start;
    long drawn = start;
    long before = 0;
    while (!crew.isSettled() && clock.nanos() - changed < CONNECT_QUIET_NANOS) {
      crew.connect(CONNECTING);
      if (interrupted.await(20, TimeUnit.MILLISECONDS)) {
        break;
      }
      long settled = crew.counts().settled.sum();
      changed = settled == before ? changed : clock.nanos();
      before = settled;
      if (clock.nanos() - drawn > TimeUnit.SECONDS.toNanos(1)) {
        drawn = clock.nanos();
        progress.line(
            String.format(Locale.ROOT, "connecting: %,d of %,d devices", settled, crew.size()));
      }
    }
    progress.end();
    return seconds(start);
  }

  /** Whether it came to its end. */
  private boolean watch(int seconds, long start) throws InterruptedException {
    Progress progress = new Progress(seconds);
    long end = seconds == 0 ? Long.MAX_VALUE : TimeUnit.SECONDS.toNanos(seconds);
    long left = end;
    while (left > 0
        && !interrupted.await(Math.min(left, TimeUnit.SECONDS.toNanos(1)), TimeUnit.NANOSECONDS)) {
      progress.show(crew.counts(), seconds(start));
      left = end - (clock.nanos() - start);
    }
    progress.end();
    return left <= 0;
  }

  /** Until all is answered, or nothing more comes: some devices are refused for good. */
  private void awaitAnswers() {
    Counts counts = crew.counts();
    long before = counts.inFlight();
    long since = clock.nanos();
    while (before > 0 && clock.nanos() - since < QUIET_NANOS) {
      LockSupport.parkNanos(20_000_000);
      if (counts.inFlight() != before) {
        before = counts.inFlight();
        since = clock.nanos();
      }
    }
  }

  /** The ledger hears of refusals every few seconds only, so that one gets some time. */
  private Standing settled(Summary summary, Standing before) {
    long start = clock.nanos();
    Standing change = Standing.of(crew.api()).since(before);
    while ((change.pending() > 0 || Verdict.of(summary, change).mayChange())
        && clock.nanos() - start < LEDGER_NANOS) {
      LockSupport.parkNanos(200_000_000);
      change = Standing.of(crew.api()).since(before);
    }
    return change;
  }
}
