package io.vagus.twin;

import io.vagus.model.DeviceId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Devices that wait by HTTP for something to come: one poll each. Thread-safe. */
public final class Polls {
  /** One that waits for what its source has. */
  private record Poll(
      CompletableFuture<Optional<byte[]>> answer, Supplier<Optional<byte[]>> source) {
    void look() {
      source.get().ifPresent(found -> answer.complete(Optional.of(found)));
    }
  }

  private final ConcurrentHashMap<DeviceId, Poll> waiting = new ConcurrentHashMap<>();

  /**
   * Waits for what the source has, which is asked now and at each {@link #look}. A poll of the same
   * device that waits ends with nothing.
   */
  public CompletableFuture<Optional<byte[]>> poll(
      DeviceId device, Duration wait, Supplier<Optional<byte[]>> source) {
    Optional<byte[]> now = source.get();
    if (now.isPresent() || wait.isZero()) {
      return CompletableFuture.completedFuture(now);
    }
    Poll poll = new Poll(new CompletableFuture<>(), source);
    Poll before = waiting.put(device, poll);
    if (before != null) {
      before.answer.complete(Optional.empty());
    }
    var unused =
        poll.answer
            .completeOnTimeout(Optional.empty(), wait.toMillis(), TimeUnit.MILLISECONDS)
            .whenComplete((found, failure) -> waiting.remove(device, poll));
    poll.look(); // it may have come just now
    return poll.answer;
  }

  /** Something may be there for the device. */
  public void look(DeviceId device) {
    Poll poll = waiting.get(device);
    if (poll != null) {
      poll.look();
    }
  }

  /** How many wait. */
  public int size() {
    return waiting.size();
  }
}
