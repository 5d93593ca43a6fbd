package io.vagus.registry;

import io.vagus.kit.MonotonicClock;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Waits after wrong passwords, by address and name: the first few are free, then each failure
 * doubles the wait, from a second to the bound. So guessing costs the server nothing, and the
 * rightful device at another address never waits. An address that fails under ever new names gets
 * the same treatment as a whole, after more of them. A success wipes the name's slate.
 *
 * <p>Forgotten after twice the bound without failure. The table is bounded: when it is full of
 * fresh entries, new ones are not remembered, and the bounded pool of password checks is what still
 * holds. Thread-safe.
 */
public final class PasswordBackoff {
  public static final int MAX_ENTRIES = 100_000;
  private static final String WHOLE_ADDRESS = "";
  private static final long FIRST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private record Key(String address, String name) {}

  private record Failures(int count, long lastNanos) {}

  private final int free;
  private final int freeOfAddress;
  private final long maxWaitNanos;
  private final MonotonicClock clock;
  private final ConcurrentHashMap<Key, Failures> failures = new ConcurrentHashMap<>();
  private final AtomicLong sweepAt;

  /**
   * @param free failures of a name that cost no wait
   * @param freeOfAddress failures of an address, whatever the names, that cost no wait
   */
  public PasswordBackoff(int free, int freeOfAddress, Duration maxWait, MonotonicClock clock) {
    this.free = free;
    this.freeOfAddress = freeOfAddress;
    this.maxWaitNanos = maxWait.toNanos();
    this.clock = clock;
    this.sweepAt = new AtomicLong(clock.nanos() + maxWaitNanos);
  }

  /** How long this name at this address has to wait before its password is looked at. */
  public Duration wait(String address, String name) {
    long now = clock.nanos();
    long wait =
        Math.max(
            waitNanos(failures.get(new Key(address, name)), free, now),
            waitNanos(failures.get(new Key(address, WHOLE_ADDRESS)), freeOfAddress, now));
    return Duration.ofNanos(wait);
  }

  public void failed(String address, String name) {
    long now = clock.nanos();
    sweep(now);
    count(new Key(address, name), now);
    count(new Key(address, WHOLE_ADDRESS), now);
  }

  public void succeeded(String address, String name) {
    failures.remove(new Key(address, name));
  }

  public int size() {
    return failures.size();
  }

  private void count(Key key, long now) {
    if (failures.size() < MAX_ENTRIES || failures.containsKey(key)) {
      failures.compute(
          key,
          (k, known) ->
              known == null || isForgotten(known, now)
                  ? new Failures(1, now)
                  : new Failures(known.count + 1, now));
    }
  }

  private long waitNanos(@org.jspecify.annotations.Nullable Failures known, int free, long now) {
    if (known == null || known.count < free || isForgotten(known, now)) {
      return 0;
    }
    int doublings = Math.min(20, known.count - free);
    long wait = Math.min(maxWaitNanos, FIRST_WAIT_NANOS << doublings);
    return Math.max(0, known.lastNanos + wait - now);
  }

  private boolean isForgotten(Failures known, long now) {
    return now - known.lastNanos > 2 * maxWaitNanos;
  }

  private void sweep(long now) {
    long due = sweepAt.get();
    if (now - due >= 0 && sweepAt.compareAndSet(due, now + maxWaitNanos)) {
      failures.values().removeIf(known -> isForgotten(known, now));
    }
  }
}
