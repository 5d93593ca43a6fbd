package io.vagus.testkit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Waiting on a condition with a bound, in place of sleeping. */
public final class Eventually {
  private static final int LOOKS_AT_REST = 100;

  private Eventually() {}

  /**
   * Returns where a value comes to rest: what it is when many looks in a row find it the same.
   *
   * @param what of the {@link AssertionError} when it does not within the bound
   */
  public static long settles(Duration bound, String what, LongSupplier value) {
    long[] seen = {value.getAsLong(), 0};
    eventually(
        bound,
        what,
        () -> {
          long now = value.getAsLong();
          seen[1] = now == seen[0] ? seen[1] + 1 : 0;
          seen[0] = now;
          return seen[1] >= LOOKS_AT_REST;
        });
    return seen[0];
  }

  /** Returns when the condition holds; an {@link AssertionError} that says what after the bound. */
  public static void eventually(Duration bound, String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + bound.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("not within " + bound + ": " + what);
      }
      LockSupport.parkNanos(2_000_000);
    }
  }
}
