package io.vagus.ingest;

import io.vagus.kit.MonotonicClock;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * So much a minute for each of somebody, as the generic cell rate algorithm counts it (ITU-T
 * I.371): one number for each, the time at which its allowance is full again. What is taken moves
 * it on by its part of a minute, and may not move it more than a minute ahead of now, so that a
 * minute's allowance can be spent at once and then comes back evenly. A full allowance need not be
 * remembered: the table holds those that took something within the last minute. Thread-safe.
 */
final class Rates<K> {
  private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final MonotonicClock clock;
  private final ConcurrentHashMap<K, Long> fullAgainAt = new ConcurrentHashMap<>();
  private final AtomicLong sweepAt;

  Rates(MonotonicClock clock) {
    this.clock = clock;
    this.sweepAt = new AtomicLong(clock.nanos() + MINUTE_NANOS);
  }

  /** Takes one; 0 when it may pass, otherwise the time until one may. */
  long waitNanos(K who, long perMinute) {
    return waitNanos(who, perMinute, 1);
  }

  /**
   * Takes so many at once. More than a minute's allowance may pass when it is full, and is paid
   * back.
   */
  long waitNanos(K who, long perMinute, long taken) {
    long now = clock.nanos();
    sweep(now);
    long part = (long) ((double) MINUTE_NANOS / perMinute * taken);
    long bound = Math.max(part, MINUTE_NANOS);
    long[] wait = new long[1];
    fullAgainAt.compute(
        who,
        (k, known) -> {
          long fullAt = known == null || known - now < 0 ? now : known;
          wait[0] = Math.max(0, fullAt + part - now - bound);
          return wait[0] == 0 ? fullAt + part : fullAt;
        });
    return wait[0];
  }

  int size() {
    return fullAgainAt.size();
  }

  private void sweep(long now) {
    long due = sweepAt.get();
    if (now - due >= 0 && sweepAt.compareAndSet(due, now + MINUTE_NANOS)) {
      fullAgainAt.values().removeIf(fullAt -> fullAt - now < 0);
    }
  }
}
