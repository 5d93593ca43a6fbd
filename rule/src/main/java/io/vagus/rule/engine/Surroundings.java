package io.vagus.rule.engine;

import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.rule.Rule;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a rule may ask beyond what its device sent. Asked only by rules that look at it, on the
 * engine's thread: answers come from memory. It is as it is now, not as it was at the message.
 */
public interface Surroundings {

  /** Any device's state; empty: it was never heard. */
  Optional<Subject> device(DeviceId device);

  /** What it is wanted to be, as JSON says it. */
  Map<String, @Nullable Object> desired(DeviceId device);

  /** Whether a group, or one below it, holds the device. */
  boolean isIn(DeviceId device, GroupId group);

  /** The group that it is in. */
  Optional<GroupId> group(DeviceId device);

  Map<String, String> tags(DeviceId device);

  /** The other device of the same asset; of several the first by id. */
  Optional<DeviceId> related(DeviceId device, Rule.Related related);

  /** The same, with the devices' states from elsewhere. */
  default Surroundings withDevices(Function<DeviceId, Optional<Subject>> devices) {
    return new OtherDevices(this, devices);
  }

  /** Of devices that stand alone: no groups, no relations, nothing desired. */
  Surroundings NONE =
      new Surroundings() {
        @Override
        public Optional<Subject> device(DeviceId device) {
          return Optional.empty();
        }

        @Override
        public Map<String, @Nullable Object> desired(DeviceId device) {
          return Map.of();
        }

        @Override
        public boolean isIn(DeviceId device, GroupId group) {
          return group.equals(GroupId.ALL);
        }

        @Override
        public Optional<GroupId> group(DeviceId device) {
          return Optional.empty();
        }

        @Override
        public Map<String, String> tags(DeviceId device) {
          return Map.of();
        }

        @Override
        public Optional<DeviceId> related(DeviceId device, Rule.Related related) {
          return Optional.empty();
        }
      };
}
