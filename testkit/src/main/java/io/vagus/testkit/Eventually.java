package io.vagus.testkit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting on a condition with a bound, in place of sleeping. */
public final class Eventually {
  private Eventually() {}

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
