package io.vagus.journal;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The end of what is durable, and who waits for it to move. Thread-safe. */
final class Commits {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  private volatile long endOffset;
  private volatile int waiting;

  Commits(long endOffset) {
    this.endOffset = endOffset;
  }

  long endOffset() {
    return endOffset;
  }

  /** Called by the journal's thread only; takes the lock only when someone waits. */
  void moveTo(long offset) {
    endOffset = offset;
    if (waiting > 0) {
      lock.lock();
      try {
        moved.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** Waits until the end is past the offset; the nanoseconds that are left, at most 0 when none. */
  long await(long offset, long nanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      waiting++;
      long left = nanos;
      while (endOffset <= offset && left > 0) {
        left = moved.awaitNanos(left);
      }
      return left;
    } finally {
      waiting--;
      lock.unlock();
    }
  }
}
