package io.vagus.bench;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting, on the caller's thread. */
final class Pause {
  private Pause() {}

  static void of(Duration duration) {
    long end = System.nanoTime() + duration.toNanos();
    for (long left = duration.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** Until the condition holds; a failure that says what did not happen within the bound. */
  static void until(Duration bound, String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + bound.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new VagusException(
            ErrorCode.IO_FAILED, what + " did not happen within " + bound.toSeconds() + " s");
      }
      LockSupport.parkNanos(20_000_000);
    }
  }
}
