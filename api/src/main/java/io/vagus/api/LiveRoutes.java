package io.vagus.api;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.VagusException;
import io.vagus.model.DeviceId;
import io.vagus.registry.Registry;
import io.vagus.registry.Registry.DeviceFilter;
import io.vagus.series.LatestReadings;
import io.vagus.series.LiveReadings;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * Live streams (Server-Sent Events) of one device, or of those that a filter finds. Thread-safe.
 */
final class LiveRoutes implements AutoCloseable {
  private final Registry registry;
  private final LatestReadings latest;
  private final LiveReadings live;
  private final MonotonicClock clock;
  private final ApiConfig config;
  private final Semaphore free;
  private final Set<Thread> streaming = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;

  LiveRoutes(ApiParts parts) {
    this.registry = parts.registry();
    this.latest = parts.latest();
    this.live = parts.live();
    this.clock = parts.monotonicClock();
    this.config = parts.config();
    this.free = new Semaphore(config.maxLiveStreams());
  }

  List<Route> routes() {
    return List.of(
        Route.get("/api/v1/devices/{id}/live", this::ofDevice),
        Route.get("/api/v1/live", DeviceShape.FILTER, this::ofFilter));
  }

  private Reply ofDevice(Call call) {
    DeviceId device = call.device();
    if (registry.device(device).isEmpty() && latest.of(device).isEmpty()) {
      throw Problem.notFound("device", device.value());
    }
    return stream(WatchedDevices.one(device));
  }

  private Reply ofFilter(Call call) {
    DeviceFilter filter = DeviceShape.filter(call.query());
    return stream(
        filter.equals(DeviceFilter.ALL)
            ? WatchedDevices.all()
            : WatchedDevices.matching(registry, filter, clock));
  }

  private Reply stream(WatchedDevices devices) {
    // Looked at here, so that the refusal is a problem; taken where it is sure to be given back.
    if (free.availablePermits() == 0) {
      throw busy();
    }
    return Reply.stream(
        "text/event-stream",
        out -> {
          if (!free.tryAcquire()) {
            throw busy();
          }
          streaming.add(Thread.currentThread());
          try (LiveReadings.Subscription subscription = live.subscribe(devices::contains)) {
            new EventStream(out, subscription, devices, clock, config.heartbeat())
                .run(() -> !stopping);
          } finally {
            streaming.remove(Thread.currentThread());
            free.release();
          }
        });
  }

  private VagusException busy() {
    return new VagusException(
        ErrorCode.BUSY, "liveStreams: all " + config.maxLiveStreams() + " are taken");
  }

  /** Ends all streams. */
  @Override
  public void close() {
    stopping = true;
    streaming.forEach(Thread::interrupt);
  }
}
