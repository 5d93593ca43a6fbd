package io.vagus.testkit;

import io.vagus.kit.MonotonicClock;
import io.vagus.kit.WallClock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that moves when a test says so. Thread-safe. */
public final class ManualClock implements WallClock, MonotonicClock {
  private final AtomicLong wallMicros;
  private final AtomicLong monotonicNanos = new AtomicLong();

  public ManualClock(long startMicros) {
    this.wallMicros = new AtomicLong(startMicros);
  }

  @Override
  public long micros() {
    return wallMicros.get();
  }

  @Override
  public long nanos() {
    return monotonicNanos.get();
  }

  /** Time passes: both clocks move. */
  public void advance(Duration by) {
    wallMicros.addAndGet(by.toNanos() / 1000);
    monotonicNanos.addAndGet(by.toNanos());
  }

  /** The time of day jumps, forwards or back; the monotonic clock does not. */
  public void jump(Duration by) {
    wallMicros.addAndGet(by.toNanos() / 1000);
  }
}
