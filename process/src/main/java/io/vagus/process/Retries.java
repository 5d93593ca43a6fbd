package io.vagus.process;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Has the processing stand still, and say why, while a store fails: the journal keeps what comes
 * meanwhile. Confined to the processing thread, but for {@link #failure}.
 */
final class Retries {
  private static final Logger LOG = System.getLogger(Retries.class.getName());
  private static final long FIRST_WAIT_MILLIS = 50;
  private static final long MAX_WAIT_MILLIS = 2000;

  private final CountDownLatch stopping;
  private volatile String failure = "";

  Retries(CountDownLatch stopping) {
    this.stopping = stopping;
  }

  /** What fails now, and why; empty when all is well. */
  String failure() {
    return failure;
  }

  /** Whether it succeeded; it is tried until it does or the processing stops. */
  boolean untilDone(String what, Runnable action) throws InterruptedException {
    for (long waitMillis = FIRST_WAIT_MILLIS; ; waitMillis = nextWait(waitMillis)) {
      try {
        action.run();
        if (!failure.isEmpty()) {
          LOG.log(Level.INFO, "processing goes on");
          failure = "";
        }
        return true;
      } catch (RuntimeException e) {
        if (failure.isEmpty()) {
          LOG.log(Level.ERROR, "processing stands still: " + what + " failed", e);
        }
        failure = what + ": " + e.getMessage();
      }
      if (stopping.await(waitMillis, TimeUnit.MILLISECONDS)) {
        return false;
      }
    }
  }

  private static long nextWait(long waitMillis) {
    return Math.min(waitMillis * 2, MAX_WAIT_MILLIS);
  }

  /** The same amid a message: to stop there is a crash, so that it is read again. */
  void untilKept(Runnable action) {
    try {
      if (!untilDone("records", action)) {
        throw new IllegalStateException("stopped while records cannot be written: " + failure);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while records cannot be written", e);
    }
  }
}
