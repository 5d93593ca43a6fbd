package io.vagus.registry;

import io.vagus.model.GroupId;

/** A role on a group and on all that is below it. */
public record RoleGrant(Role role, GroupId group) {
  @Override
  public String toString() {
    return role.label() + " on " + group;
  }
}
