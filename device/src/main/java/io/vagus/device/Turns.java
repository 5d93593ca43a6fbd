package io.vagus.device;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Work that comes back: its turns come one after the other, each on a thread of its own. */
final class Turns implements AutoCloseable {
  private final ScheduledExecutorService timer;
  private final Supplier<Duration> work;
  private volatile boolean closed;

  /**
   * @param work one turn; it says how long until the next
   */
  Turns(ScheduledExecutorService timer, Supplier<Duration> work) {
    this.timer = timer;
    this.work = work;
  }

  /** The first turn comes after so long. */
  void start(Duration wait) {
    try {
      var _ =
          timer.schedule(
              () -> Thread.startVirtualThread(this::turn), wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      closed = true; // the event loops have stopped
    }
  }

  private void turn() {
    if (!closed) {
      start(work.get());
    }
  }

  /** One that has begun ends. */
  @Override
  public void close() {
    closed = true;
  }
}
