package io.vagus.rule.engine;

import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.rule.Rule;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Surroundings whose devices' states are found elsewhere. */
record OtherDevices(Surroundings rest, Function<DeviceId, Optional<Subject>> devices)
    implements Surroundings {
  @Override
  public Optional<Subject> device(DeviceId device) {
    return devices.apply(device);
  }

  @Override
  public Map<String, @Nullable Object> desired(DeviceId device) {
    return rest.desired(device);
  }

  @Override
  public boolean isIn(DeviceId device, GroupId group) {
    return rest.isIn(device, group);
  }

  @Override
  public Optional<GroupId> group(DeviceId device) {
    return rest.group(device);
  }

  @Override
  public Map<String, String> tags(DeviceId device) {
    return rest.tags(device);
  }

  @Override
  public Optional<DeviceId> related(DeviceId device, Rule.Related related) {
    return rest.related(device, related);
  }
}
