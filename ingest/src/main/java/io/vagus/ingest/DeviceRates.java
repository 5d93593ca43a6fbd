package io.vagus.ingest;

import io.vagus.kit.MonotonicClock;
import io.vagus.model.DeviceId;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Messages a minute by device, as the generic cell rate algorithm counts them (ITU-T I.371): one
 * number a device, the time at which its allowance is full again. Each message moves it on by one
 * interval, and may not move it more than a minute ahead of now, so that a minute's allowance can
 * be spent at once and then comes back evenly. A full allowance need not be remembered: the table
 * holds the devices that sent within the last minute. Thread-safe.
 */
final class DeviceRates {
  private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final MonotonicClock clock;
  private final ConcurrentHashMap<DeviceId, Long> fullAgainAt = new ConcurrentHashMap<>();
  private final AtomicLong sweepAt;

  DeviceRates(MonotonicClock clock) {
    this.clock = clock;
    this.sweepAt = new AtomicLong(clock.nanos() + MINUTE_NANOS);
  }

  /** Counts one message; 0 when it may pass, otherwise the time until one may. */
  long waitNanos(DeviceId device, int perMinute) {
    long now = clock.nanos();
    sweep(now);
    long interval = MINUTE_NANOS / perMinute;
    long[] wait = new long[1];
    fullAgainAt.compute(
        device,
        (id, known) -> {
          long fullAt = known == null || known - now < 0 ? now : known;
          wait[0] = Math.max(0, fullAt + interval - now - MINUTE_NANOS);
          return wait[0] == 0 ? fullAt + interval : fullAt;
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
