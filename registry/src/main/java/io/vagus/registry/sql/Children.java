package io.vagus.registry.sql;

import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.registry.Registry.Child;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Devices behind gateways, held in memory: each message of a gateway asks for one. Read by anyone;
 * written by the file's writer, within its lock, after the commit. Those of one gateway, product
 * and status share one value.
 */
final class Children {
  private final Map<DeviceId, Child> byDevice = new ConcurrentHashMap<>();

  Children(Database database) {
    Map<Child, Child> shared = new HashMap<>();
    database
        .read(sql -> DeviceTable.children(sql))
        .forEach((id, child) -> byDevice.put(id, shared.computeIfAbsent(child, c -> c)));
  }

  Optional<Child> find(DeviceId device) {
    return Optional.ofNullable(byDevice.get(device));
  }

  void saved(Device device) {
    Child.of(device)
        .ifPresentOrElse(
            child -> byDevice.put(device.id(), child), () -> byDevice.remove(device.id()));
  }

  void deleted(DeviceId device) {
    byDevice.remove(device);
  }
}
