package io.vagus.registry;

import io.vagus.model.GroupId;
import io.vagus.registry.Registry.DeviceFilter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How far somebody's right goes: to some groups and all that is below them, in the tree as it was
 * when he asked. A group that does not exist is in nobody's reach but his who may everywhere.
 * Immutable.
 */
public final class Reach {
  private final GroupTree tree;
  private final Set<GroupId> groups;

  private Reach(GroupTree tree, Set<GroupId> groups) {
    this.tree = tree;
    this.groups = groups;
  }

  /** To the topmost of the groups: none is inside another. */
  public static Reach of(GroupTree tree, Set<GroupId> groups) {
    if (groups.contains(GroupId.ALL)) {
      return new Reach(tree, Set.of(GroupId.ALL));
    }
    return new Reach(
        tree,
        groups.stream()
            .filter(group -> tree.find(group).isPresent())
            .filter(group -> isTopmost(tree, group, groups))
            .collect(Collectors.toUnmodifiableSet()));
  }

  private static boolean isTopmost(GroupTree tree, GroupId group, Set<GroupId> groups) {
    return groups.stream().noneMatch(other -> !other.equals(group) && tree.isInside(group, other));
  }

  public boolean isEverywhere() {
    return groups.contains(GroupId.ALL);
  }

  /** None is inside another; holds {@link GroupId#ALL} alone for everywhere. */
  public Set<GroupId> groups() {
    return groups;
  }

  public boolean holds(GroupId group) {
    return groups.stream().anyMatch(own -> tree.isInside(group, own));
  }

  /** The same of where a device is: what is in no group is everywhere's only. */
  public boolean holds(Optional<GroupId> group) {
    return isEverywhere() || (group.isPresent() && holds(group.get()));
  }

  /** What of another's groups is in both: of two that overlap, the inner one. */
  public Set<GroupId> within(Reach other) {
    return groups.stream()
        .flatMap(
            mine -> other.groups.stream().flatMap(his -> inner(Optional.of(mine), his).stream()))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Filters that no device meets twice, and that find together what of the filter is in reach. */
  public List<DeviceFilter> narrow(DeviceFilter filter) {
    if (isEverywhere()) {
      return List.of(filter);
    }
    return tree.resolve(filter).stream()
        .flatMap(resolved ->
            groups.stream()
                .flatMap(own -> inner(resolved.group(), own).stream())
                .map(group -> resolved.inGroup(Optional.of(group))))
        .toList();
  }

  private Optional<GroupId> inner(Optional<GroupId> wanted, GroupId own) {
    if (wanted.isEmpty() || tree.isInside(own, wanted.get())) {
      return Optional.of(own);
    }
    return wanted.filter(group -> tree.isInside(group, own));
  }
}
