package io.vagus.registry.sql;

import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.registry.Catalogue;
import io.vagus.registry.DeviceLookup;
import io.vagus.registry.GroupTree;
import java.util.Optional;

/** What the rules ask, answered by the transaction they are asked in. */
record SqlLookup(SqlConnection sql, Catalogue catalogue, GroupTree groups) implements DeviceLookup {
  @Override
  public Optional<Device> device(DeviceId id) {
    return DeviceTable.find(sql, id.value());
  }

  @Override
  public Optional<DeviceId> anyOf(String product) {
    return DeviceTable.anyOf(sql, product);
  }

  @Override
  public Optional<DeviceId> anyIn(GroupId group) {
    return DeviceTable.anyIn(sql, group);
  }

  @Override
  public Optional<DeviceId> anyBehind(DeviceId gateway) {
    return DeviceTable.anyBehind(sql, gateway);
  }
}
