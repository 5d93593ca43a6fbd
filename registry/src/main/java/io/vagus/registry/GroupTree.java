package io.vagus.registry;

import io.vagus.model.Device;
import io.vagus.model.GroupId;
import io.vagus.registry.Registry.DeviceFilter;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** All groups, as one immutable value: read without a lock. {@link GroupId#ALL} is above them. */
public final class GroupTree {
  public static final GroupTree EMPTY = new GroupTree(List.of());

  private final Map<GroupId, Group> groups = new TreeMap<>();

  public GroupTree(Collection<Group> groups) {
    groups.forEach(group -> this.groups.put(group.id(), group));
  }

  /** Sorted by id. */
  public List<Group> groups() {
    return List.copyOf(groups.values());
  }

  public Optional<Group> find(GroupId id) {
    return Optional.ofNullable(groups.get(id));
  }

  public GroupTree with(Group group) {
    Map<GroupId, Group> next = new HashMap<>(groups);
    next.put(group.id(), group);
    return new GroupTree(next.values());
  }

  public GroupTree without(GroupId group) {
    Map<GroupId, Group> next = new HashMap<>(groups);
    next.remove(group);
    return new GroupTree(next.values());
  }

  /**
   * Whether it is the ancestor or anywhere below it; a group that does not exist is in ALL only.
   */
  public boolean isInside(GroupId group, GroupId ancestor) {
    if (ancestor.equals(GroupId.ALL)) {
      return true;
    }
    Optional<GroupId> at = Optional.of(group);
    while (at.isPresent() && groups.containsKey(at.get())) {
      if (at.get().equals(ancestor)) {
        return true;
      }
      at = groups.get(at.get()).parent();
    }
    return false;
  }

  /** The same of where a device is. */
  public boolean isInside(Optional<GroupId> group, GroupId ancestor) {
    return ancestor.equals(GroupId.ALL) || (group.isPresent() && isInside(group.get(), ancestor));
  }

  /** The top-level group that it is in. */
  public Optional<GroupId> organisation(Optional<GroupId> group) {
    Optional<GroupId> top = group.filter(groups::containsKey);
    Optional<GroupId> above = top.flatMap(this::find).flatMap(Group::parent);
    while (above.isPresent()) {
      top = above;
      above = above.flatMap(this::find).flatMap(Group::parent);
    }
    return top;
  }

  /** How many groups are above it. */
  public int depth(GroupId group) {
    int depth = 0;
    Optional<GroupId> at = find(group).flatMap(Group::parent);
    while (at.isPresent()) {
      depth++;
      at = find(at.get()).flatMap(Group::parent);
    }
    return depth;
  }

  /** It and all below it. */
  public Set<GroupId> within(GroupId ancestor) {
    return groups.keySet().stream()
        .filter(id -> isInside(id, ancestor))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether a device is one of those; a group that does not exist has none. */
  public boolean fits(Device device, DeviceFilter filter) {
    return Matching.found(Map.of(device.id(), device), filter, this).findAny().isPresent();
  }

  /**
   * The filter with a dynamic group's conditions in place of the group, and none in place of {@link
   * GroupId#ALL}; empty when no device can meet them all.
   */
  public Optional<DeviceFilter> resolve(DeviceFilter filter) {
    if (filter.group().equals(Optional.of(GroupId.ALL))) {
      return Optional.of(filter.inGroup(Optional.empty()));
    }
    Optional<Group> group = filter.group().flatMap(this::find);
    return group.isPresent() && group.get().query().isPresent()
        ? both(filter.inGroup(group.get().parent()), group.get().query().get())
        : Optional.of(filter);
  }

  private static Optional<DeviceFilter> both(DeviceFilter filter, Group.Query query) {
    boolean contradict =
        differ(filter.product(), query.product())
            || differ(filter.status(), query.status())
            || differ(filter.tags(), query.tags())
            || differ(filter.details(), query.details());
    return contradict
        ? Optional.empty()
        : Optional.of(
            new DeviceFilter(
                filter.text(),
                filter.product().or(query::product),
                filter.status().or(query::status),
                union(filter.tags(), query.tags()),
                filter.gateway(),
                filter.group(),
                union(filter.details(), query.details())));
  }

  private static <T> boolean differ(Optional<T> one, Optional<T> other) {
    return one.isPresent() && other.isPresent() && !one.equals(other);
  }

  private static <K> boolean differ(Map<K, String> one, Map<K, String> other) {
    return one.entrySet().stream()
        .anyMatch(e -> !other.getOrDefault(e.getKey(), e.getValue()).equals(e.getValue()));
  }

  private static <K> Map<K, String> union(Map<K, String> one, Map<K, String> other) {
    Map<K, String> union = new HashMap<>(one);
    union.putAll(other);
    return union;
  }
}
