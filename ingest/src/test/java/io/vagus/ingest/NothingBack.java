package io.vagus.ingest;

import io.vagus.model.DeviceId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A platform that keeps nothing for devices, and takes every answer. */
public final class NothingBack implements WayBack {
  @Override
  public void listens(DeviceId device, boolean forOthers) {}

  @Override
  public void left(DeviceId device) {}

  @Override
  public void asksForDesired(DeviceId device) {}

  @Override
  public CompletableFuture<Optional<byte[]>> desired(DeviceId device, long after, Duration wait) {
    return CompletableFuture.completedFuture(Optional.empty());
  }

  @Override
  public CompletableFuture<Optional<byte[]>> commands(DeviceId device, Duration wait) {
    return CompletableFuture.completedFuture(Optional.empty());
  }

  @Override
  public CompletableFuture<Optional<Refusal>> answered(
      DeviceId device, Optional<DeviceId> gateway, String command, Answer what, byte[] payload) {
    return CompletableFuture.completedFuture(Optional.empty());
  }
}
