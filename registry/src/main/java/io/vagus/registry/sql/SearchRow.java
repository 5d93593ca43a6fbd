package io.vagus.registry.sql;

import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import java.util.Optional;

/**
 * A device as far as a search looks at it.
 *
 * @param tags numbers of its tags and details in {@link TagNumbers}
 * @param text what the search's text is looked for in
 */
record SearchRow(
    DeviceId id,
    String product,
    Device.Status status,
    Optional<DeviceId> gateway,
    Optional<GroupId> group,
    int[] tags,
    String text) {

  SearchRow withText(String other) {
    return new SearchRow(id, product, status, gateway, group, tags, other);
  }

  boolean hasAll(int[] wanted) {
    for (int tag : wanted) {
      if (!has(tag)) {
        return false;
      }
    }
    return true;
  }

  private boolean has(int wanted) {
    for (int tag : tags) {
      if (tag == wanted) {
        return true;
      }
    }
    return false;
  }
}
