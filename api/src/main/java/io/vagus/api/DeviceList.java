package io.vagus.api;

import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import io.vagus.registry.Paging;
import io.vagus.registry.Registry;
import io.vagus.registry.Registry.DeviceFilter;
import io.vagus.watch.Watch;
import io.vagus.watch.WatchFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Devices by what the registry knows of them and, beside that, by how they are in touch. Where only
 * product and status are asked for, memory says which; otherwise the registry's list is gone
 * through.
 */
final class DeviceList {
  private static final int PAGE = 1000;

  private final Registry registry;
  private final Watch watch;

  DeviceList(Registry registry, Watch watch) {
    this.registry = registry;
    this.watch = watch;
  }

  Page<Device> page(
      Sight sight, DeviceFilter filter, WatchFilter watched, Optional<String> cursor, int limit) {
    if (watched.isEmpty()) {
      return sight.devices(filter, cursor, limit);
    }
    List<Device> found =
        filter.isCoarse()
            ? fromMemory(filter, watched, cursor, limit + 1)
            : fromRegistry(sight, filter, watched, cursor, limit + 1);
    return Paging.page(found, limit);
  }

  private List<Device> fromMemory(
      DeviceFilter filter, WatchFilter watched, Optional<String> cursor, int limit) {
    Optional<DeviceId> after = cursor.map(Paging::cursorDevice);
    return watch.devices(watched, filter.product(), filter.status(), after, limit).stream()
        .flatMap(id -> registry.device(id).stream())
        .toList();
  }

  private List<Device> fromRegistry(
      Sight sight, DeviceFilter filter, WatchFilter watched, Optional<String> cursor, int limit) {
    List<Device> found = new ArrayList<>();
    Optional<String> next = cursor;
    do {
      Page<Device> page = sight.devices(filter, next, PAGE);
      for (Device device : page.items()) {
        if (found.size() < limit && watch.fits(device, watched)) {
          found.add(device);
        }
      }
      next = page.next();
    } while (next.isPresent() && found.size() < limit);
    return found;
  }
}
