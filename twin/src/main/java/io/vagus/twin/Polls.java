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
  private final ConcurrentHashMap<DeviceId, CompletableFuture<Optional<byte[]>>> waiting =
      new ConcurrentHashMap<>();

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
    CompletableFuture<Optional<byte[]>> poll = new CompletableFuture<>();
    CompletableFuture<Optional<byte[]>> before = waiting.put(device, poll);
    if (before != null) {
      before.complete(Optional.empty());
    }
    var unused =
        poll.completeOnTimeout(Optional.empty(), wait.toMillis(), TimeUnit.MILLISECONDS)
            .whenComplete((found, failure) -> waiting.remove(device, poll));
    source.get().ifPresent(found -> poll.complete(Optional.of(found))); // it may have come just now
    return poll;
  }

  /** Something may be there for the device. */
  public void look(DeviceId device, Supplier<Optional<byte[]>> source) {
    CompletableFuture<Optional<byte[]>> poll = waiting.get(device);
    if (poll != null) {
      source.get().ifPresent(found -> poll.complete(Optional.of(found)));
    }
  }

  /** How many wait. */
  public int size() {
    return waiting.size();
  }
}
