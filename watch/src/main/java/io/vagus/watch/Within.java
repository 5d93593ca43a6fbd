package io.vagus.watch;

import io.vagus.model.GroupId;
import java.util.Optional;

/** Of which devices something is told, by where they are. */
@FunctionalInterface
public interface Within {
  Within EVERYWHERE = group -> true;

  /**
   * @param group that a device is in; empty: in none, or it is not registered
   */
  boolean holds(Optional<GroupId> group);
}
