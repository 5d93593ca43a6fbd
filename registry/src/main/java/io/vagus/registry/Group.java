package io.vagus.registry;

import io.vagus.model.Detail;
import io.vagus.model.Device;
import io.vagus.model.GroupId;
import java.util.Map;
import java.util.Optional;

/**
 * A group of devices. One without a parent is an organisation, and isolated from the others: no
 * device, gateway or group goes from one to another, but for a device in transfer.
 *
 * @param name for people
 * @param query of a dynamic group: which devices inside its parent are its own; it has no others
 */
public record Group(GroupId id, Optional<GroupId> parent, String name, Optional<Query> query) {

  /** Conditions that all hold at once. */
  public record Query(
      Optional<String> product,
      Optional<Device.Status> status,
      Map<String, String> tags,
      Map<Detail, String> details) {
    public Query {
      tags = Map.copyOf(tags);
      details = Map.copyOf(details);
    }
  }
}
