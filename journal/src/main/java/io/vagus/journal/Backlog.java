package io.vagus.journal;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;

/**
 * How much of the log no consumer has released yet. Above the bound the journal is behind, and
 * again when it is an eighth below it (but no more than 32 MiB, so that senders do not stand still
 * for long). A journal without consumers is never behind. Guarded by its own lock.
 */
final class Backlog {
  private static final long MAX_GAP_BYTES = 32L << 20;

  private final long maxBytes;
  private final long resumeBytes;
  private final ConcurrentLinkedQueue<Runnable> waiting = new ConcurrentLinkedQueue<>();
  private boolean consumed;
  private volatile long bytes;
  private volatile boolean behind;

  Backlog(long maxBytes) {
    this.maxBytes = maxBytes;
    this.resumeBytes = maxBytes - Math.min(maxBytes / 8, MAX_GAP_BYTES);
  }

  /** So many bytes became durable. */
  synchronized void grew(long more) {
    if (consumed) {
      changed(bytes + more);
    }
  }

  /** A consumer released some of it. */
  void released(LongSupplier left) {
    synchronized (this) {
      consumed = true;
      changed(left.getAsLong());
    }
    runWaiting();
  }

  private void changed(long now) {
    bytes = now;
    behind = now > (behind ? resumeBytes : maxBytes);
  }

  long bytes() {
    return bytes;
  }

  boolean isBehind() {
    return behind;
  }

  /** Empty when it is not behind. */
  String why() {
    return behind
        ? "senders are held back: backlogBytes: " + bytes + " (expected: <= " + maxBytes + ")"
        : "";
  }

  /** Runs once when the journal is not behind, on the thread that finds so. */
  void whenCaughtUp(Runnable action) {
    waiting.add(action);
    runWaiting();
  }

  /** As many as there are now: an action may come back with itself. */
  private void runWaiting() {
    for (int n = waiting.size(); n > 0 && !behind; n--) {
      Runnable action = waiting.poll();
      if (action != null) {
        Guarded.run(action);
      }
    }
  }
}
