package io.vagus.process;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.VagusException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Something that a worker does between two turns, once, unless who asked for it gave up before.
 * Thread-safe.
 */
final class Pause {
  private final Runnable action;
  private final AtomicBoolean claimed = new AtomicBoolean();
  private final CompletableFuture<Duration> done = new CompletableFuture<>();

  Pause(Runnable action) {
    this.action = action;
  }

  boolean isOver() {
    return claimed.get() && done.isDone();
  }

  /** On the worker's thread. */
  void run(MonotonicClock clock) {
    if (!claimed.compareAndSet(false, true)) {
      return;
    }
    long beganNanos = clock.nanos();
    try {
      action.run();
      done.complete(Duration.ofNanos(clock.nanos() - beganNanos));
    } catch (RuntimeException | Error e) {
      done.completeExceptionally(e);
    }
  }

  /**
   * Waits until it is done; it is not done any more after an exception.
   *
   * @return how long it took
   */
  Duration await(Duration bound) throws InterruptedException, TimeoutException {
    try {
      return done.get(bound.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException | TimeoutException e) {
      if (claimed.compareAndSet(false, true)) {
        done.cancel(false);
        throw e;
      }
      return begun();
    } catch (ExecutionException e) {
      throw failed(e.getCause());
    }
  }

  /** It is short, and works with what the caller owns: that must not go away before its end. */
  private Duration begun() {
    try {
      return done.join();
    } catch (CompletionException e) {
      throw failed(e.getCause());
    }
  }

  private static VagusException failed(@Nullable Throwable cause) {
    return cause instanceof VagusException known
        ? known
        : new VagusException(ErrorCode.INTERNAL, "amid a pause: " + cause, cause);
  }
}
