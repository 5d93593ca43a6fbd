package io.vagus.api;

import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.model.Page;
import io.vagus.registry.Registry;
import io.vagus.registry.Registry.DeviceFilter;
import io.vagus.registry.Subject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The devices that a call is about: one, or those of a group and below. */
sealed interface FleetPart {
  Subject subject();

  /** Shows each, a page of them in memory. */
  void each(Registry registry, Visitor visitor) throws IOException;

  /** Sees a device. */
  @FunctionalInterface
  interface Visitor {
    void see(Device device) throws IOException;
  }

  /** One. */
  record One(DeviceId device) implements FleetPart {
    @Override
    public Subject subject() {
      return Subject.device(device);
    }

    @Override
    public void each(Registry registry, Visitor visitor) throws IOException {
      Optional<Device> found = registry.device(device);
      if (found.isPresent()) {
        visitor.see(found.get());
      }
    }
  }

  /** Those of a group. */
  record OfGroup(GroupId group) implements FleetPart {
    private static final int PAGE = 1000;

    @Override
    public Subject subject() {
      return Subject.group(group);
    }

    @Override
    public void each(Registry registry, Visitor visitor) throws IOException {
      DeviceFilter inside = DeviceFilter.ALL.inGroup(Optional.of(group));
      Optional<String> cursor = Optional.empty();
      do {
        Page<Device> page = registry.devices(inside, cursor, PAGE);
        for (Device device : page.items()) {
          visitor.see(device);
        }
        cursor = page.next();
      } while (cursor.isPresent());
    }

    /** Their ids as of now: a group by query changes with what is done to them. */
    List<DeviceId> ids(Registry registry) throws IOException {
      List<DeviceId> ids = new ArrayList<>();
      each(registry, device -> ids.add(device.id()));
      return ids;
    }
  }
}
