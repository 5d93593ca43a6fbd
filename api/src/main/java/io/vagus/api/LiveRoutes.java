package io.vagus.api;

import io.vagus.kit.MonotonicClock;
import io.vagus.model.DeviceId;
import io.vagus.registry.Registry;
import io.vagus.registry.Registry.DeviceFilter;
import io.vagus.series.LatestReadings;
import io.vagus.series.LiveReadings;
import java.time.Duration;
import java.util.List;

/**
 * Live streams (Server-Sent Events) of one device, or of those that a filter finds. Thread-safe.
 */
final class LiveRoutes {
  private final Registry registry;
  private final LatestReadings latest;
  private final LiveReadings live;
  private final MonotonicClock clock;
  private final Duration heartbeat;
  private final LiveStreams streams;

  LiveRoutes(ApiParts parts, LiveStreams streams) {
    this.registry = parts.registry();
    this.latest = parts.latest();
    this.live = parts.live();
    this.clock = parts.monotonicClock();
    this.heartbeat = parts.config().heartbeat();
    this.streams = streams;
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
    return stream(call, WatchedDevices.one(device));
  }

  private Reply ofFilter(Call call) {
    DeviceFilter filter = DeviceShape.filter(call.query());
    return stream(
        call,
        filter.equals(DeviceFilter.ALL)
            ? WatchedDevices.all(call.sight().devices())
            : WatchedDevices.matching(call.sight(), filter, clock));
  }

  private Reply stream(Call call, WatchedDevices devices) {
    return streams.open(
        call.allowed(),
        (out, goOn) -> {
          try (LiveReadings.Subscription subscription = live.subscribe(devices::contains)) {
            new EventStream(new EventWriter(out), subscription, devices, clock, heartbeat)
                .run(goOn);
          }
        });
  }
}
