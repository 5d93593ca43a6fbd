package io.vagus.api;

import io.vagus.kit.MonotonicClock;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import io.vagus.registry.Registry.DeviceFilter;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The devices of a live stream. A filter is looked up now and then on the stream's own thread: the
 * way of a reading only asks a set. Thread-safe.
 */
final class WatchedDevices {
  static final int MAX_DEVICES = 10_000;
  private static final Duration REFRESH = Duration.ofSeconds(10);
  private static final int PAGE = 1000;

  private final Supplier<Predicate<DeviceId>> lookUp;
  private final MonotonicClock clock;
  private volatile Predicate<DeviceId> devices;
  private long lookedUpNanos;

  private WatchedDevices(Supplier<Predicate<DeviceId>> lookUp, MonotonicClock clock) {
    this.lookUp = lookUp;
    this.clock = clock;
    this.devices = lookUp.get();
    this.lookedUpNanos = clock.nanos();
  }

  static WatchedDevices one(DeviceId device) {
    return new WatchedDevices(() -> device::equals, () -> 0);
  }

  /** All that are seen at the moment they report. */
  static WatchedDevices all(Predicate<DeviceId> seen) {
    return new WatchedDevices(() -> seen, () -> 0);
  }

  /** Refuses a filter that finds more than can be watched. */
  static WatchedDevices matching(Sight sight, DeviceFilter filter, MonotonicClock clock) {
    long count = sight.count(filter);
    if (count > MAX_DEVICES) {
      throw Problem.invalid(
          "query",
          "finds " + count + " devices (expected: <= " + MAX_DEVICES + ", or no filter for all)");
    }
    Predicate<DeviceId> seen = sight.devices();
    return new WatchedDevices(() -> seen.and(ids(sight, filter)::contains), clock);
  }

  boolean contains(DeviceId device) {
    return devices.test(device);
  }

  /** Looks up again when it is time; for the stream's thread. */
  void refresh() {
    long now = clock.nanos();
    if (now - lookedUpNanos >= REFRESH.toNanos()) {
      lookedUpNanos = now;
      devices = lookUp.get();
    }
  }

  private static Set<DeviceId> ids(Sight sight, DeviceFilter filter) {
    Set<DeviceId> ids = new HashSet<>();
    Optional<String> cursor = Optional.empty();
    do {
      Page<Device> page = sight.devices(filter, cursor, PAGE);
      page.items().forEach(device -> ids.add(device.id()));
      cursor = page.next();
    } while (cursor.isPresent() && ids.size() < MAX_DEVICES);
    return ids;
  }
}
