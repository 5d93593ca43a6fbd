package io.vagus.server;

import io.vagus.ingest.WayBack;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.process.ErrorSink;
import io.vagus.registry.Registry;
import io.vagus.registry.Registry.DeviceFilter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** What the listeners reach of the ports that bring things down to devices. Thread-safe. */
final class PlatformWay implements WayBack, AutoCloseable {
  private static final int MAX_BEHIND = 1000;

  private final Registry registry;
  private final WayDown down;
  private final ErrorSink errors;

  /** Of gateways that came: who is behind one may have to be read from disk. */
  private final ExecutorService gateways =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("gateways").factory());

  PlatformWay(Registry registry, WayDown down, ErrorSink errors) {
    this.registry = registry;
    this.down = down;
    this.errors = errors;
  }

  @Override
  public void listens(DeviceId device, boolean forOthers) {
    arrived(device);
    if (forOthers) {
      gateways.execute(() -> behind(device, Optional.empty()));
    }
  }

  /** One behind a gateway may be there by that. */
  @Override
  public void left(DeviceId device) {
    if (registry.child(device).isEmpty()) {
      down.commands().left(device);
    }
  }

  private void behind(DeviceId gateway, Optional<String> cursor) {
    var page = registry.devices(DeviceFilter.ALL.withGateway(gateway), cursor, MAX_BEHIND);
    page.items().stream().map(Device::id).forEach(this::arrived);
    page.next().ifPresent(next -> behind(gateway, Optional.of(next)));
  }

  private void arrived(DeviceId device) {
    down.interlocks().arrived(device);
    down.twins().arrived(device);
    if (down.twins().follow(device).isEmpty()) {
      down.templates().arrived(device);
    }
    down.commands().arrived(device);
  }

  @Override
  public void asksForDesired(DeviceId device) {
    down.twins().arrived(device);
  }

  @Override
  public CompletableFuture<Optional<byte[]>> desired(DeviceId device, long after, Duration wait) {
    return down.twins().poll(device, after, wait);
  }

  @Override
  public CompletableFuture<Optional<byte[]>> commands(DeviceId device, Duration wait) {
    return down.commands().poll(device, wait);
  }

  @Override
  public CompletableFuture<Optional<Refusal>> answered(
      DeviceId device, Optional<DeviceId> gateway, String command, Answer what, byte[] payload) {
    return down.commands()
        .answered(device, command, what == Answer.RESULT, payload)
        .thenApply(done -> Optional.<Refusal>empty())
        .exceptionallyCompose(failure -> refused(device, gateway, failure));
  }

  /** What is wrong with the answer is said; what is wrong here is not its fault. */
  private CompletableFuture<Optional<Refusal>> refused(
      DeviceId device, Optional<DeviceId> gateway, Throwable failure) {
    Throwable cause = failure instanceof CompletionException e ? e.getCause() : failure;
    if (cause instanceof VagusException e && e.code().kind() == ErrorCode.Kind.DEVICE) {
      Refusal refusal = new Refusal(e.code(), String.valueOf(e.getMessage()));
      errors.refused(device, gateway, refusal.code(), refusal.why());
      return CompletableFuture.completedFuture(Optional.of(refusal));
    }
    return CompletableFuture.failedFuture(failure);
  }

  @Override
  public void close() {
    gateways.close();
  }
}
