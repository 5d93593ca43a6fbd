package io.vagus.registry;

import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import java.util.Optional;

/** What {@link DeviceRules} ask an engine, within the change they judge. */
public interface DeviceLookup {
  Catalogue catalogue();

  Optional<Device> device(DeviceId id);

  /** Some device of the product. */
  Optional<DeviceId> anyOf(String product);

  GroupTree groups();

  /** Some device in the group itself. */
  Optional<DeviceId> anyIn(GroupId group);

  /** Some device behind the gateway. */
  Optional<DeviceId> anyBehind(DeviceId gateway);
}
