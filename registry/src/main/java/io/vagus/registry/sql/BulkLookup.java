package io.vagus.registry.sql;

import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.registry.Catalogue;
import io.vagus.registry.DeviceLookup;
import io.vagus.registry.GroupTree;
import io.vagus.registry.Registry.NewDevice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the rules ask of many new devices: which of them and of their gateways are there, found some
 * hundred at a time, as each question on its own is a way across the network.
 */
record BulkLookup(SqlLookup single, Map<DeviceId, Device> known) implements DeviceLookup {
  private static final int BATCH = 500;

  static DeviceLookup of(SqlLookup single, List<NewDevice> devices) {
    if (devices.size() == 1) {
      return single;
    }
    List<String> asked =
        devices.stream()
            .flatMap(d -> Stream.concat(Stream.of(d.id()), d.gateway().stream()))
            .map(DeviceId::value)
            .distinct()
            .toList();
    Map<DeviceId, Device> known = new HashMap<>();
    for (int from = 0; from < asked.size(); from += BATCH) {
      List<String> part = asked.subList(from, Math.min(asked.size(), from + BATCH));
      // One statement for every part: the last is filled up with the id it ends with.
      List<String> ids = new ArrayList<>(part);
      ids.addAll(Collections.nCopies(BATCH - part.size(), part.getLast()));
      DeviceTable.findAll(single.sql(), ids).forEach(device -> known.put(device.id(), device));
    }
    return new BulkLookup(single, known);
  }

  @Override
  public Optional<Device> device(DeviceId id) {
    return Optional.ofNullable(known.get(id));
  }

  @Override
  public Catalogue catalogue() {
    return single.catalogue();
  }

  @Override
  public GroupTree groups() {
    return single.groups();
  }

  @Override
  public Optional<DeviceId> anyOf(String product) {
    return single.anyOf(product);
  }

  @Override
  public Optional<DeviceId> anyIn(GroupId group) {
    return single.anyIn(group);
  }

  @Override
  public Optional<DeviceId> anyBehind(DeviceId gateway) {
    return single.anyBehind(gateway);
  }
}
