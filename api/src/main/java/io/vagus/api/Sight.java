package io.vagus.api;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.model.Page;
import io.vagus.registry.Paging;
import io.vagus.registry.Reach;
import io.vagus.registry.Registry;
import io.vagus.registry.Registry.DeviceFilter;
import io.vagus.watch.Watch;
import io.vagus.watch.Within;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What of the fleet one call may see and change: what is in its caller's reach by the route's
 * right. What is not does not exist for it. Confined to its call, which learns here too whether it
 * asked.
 */
final class Sight {
  private final Reach reach;
  private final Registry registry;
  private final Watch watch;
  private volatile boolean asked;

  Sight(Reach reach, Registry registry, Watch watch) {
    this.reach = reach;
    this.registry = registry;
    this.watch = watch;
  }

  /** Whether all is seen, what is in no group and what is not registered included. */
  boolean isEverything() {
    asked = true;
    return reach.isEverywhere();
  }

  /** Whether the call can know how far it may see. */
  boolean wasAsked() {
    return asked || reach.isEverywhere();
  }

  boolean sees(DeviceId device) {
    return isEverything() || registry.device(device).filter(d -> sees(d.group())).isPresent();
  }

  /** A group, or where a device is. */
  boolean sees(Optional<GroupId> group) {
    asked = true;
    return reach.holds(group);
  }

  /** As {@link #sees(DeviceId)}, from memory: for lists, and for what lasts. */
  Predicate<DeviceId> devices() {
    return isEverything() ? any -> true : watch.devices(places());
  }

  Within places() {
    asked = true;
    return reach::holds;
  }

  /** Refuses what is not seen in the words for what is not there. */
  void require(String what, DeviceId device) {
    if (!sees(device)) {
      throw Problem.notFound(what, device.value());
    }
  }

  /**
   * Where something new is put: the group that was said, else his only one.
   *
   * @param said refused like one that does not exist when it is not seen
   */
  Optional<GroupId> place(String field, Optional<GroupId> said) {
    if (isEverything()) {
      return said;
    }
    if (said.isEmpty() && reach.groups().size() == 1) {
      return Optional.of(reach.groups().iterator().next());
    }
    requirePlace(field, said);
    return said;
  }

  /** That something may be put there. */
  void requirePlace(String field, Optional<GroupId> group) {
    if (sees(group)) {
      return;
    }
    throw Problem.invalid(
        field,
        group.map(g -> Problem.shown(g.value())).orElse("none")
            + " (expected: a group that exists)");
  }

  /** A gateway that is not seen is none. */
  void requireGateway(DeviceId gateway) {
    if (!sees(gateway) && registry.device(gateway).isPresent()) {
      throw Problem.invalid(
          "gateway", Problem.shown(gateway.value()) + " (expected: a device that exists)");
    }
  }

  /** Sorted by id. */
  Page<Device> devices(DeviceFilter filter, Optional<String> cursor, int limit) {
    List<DeviceFilter> parts = narrow(filter);
    if (parts.size() == 1) {
      return registry.devices(parts.getFirst(), cursor, limit);
    }
    List<Device> found = new ArrayList<>();
    boolean more = false;
    for (DeviceFilter part : parts) {
      Page<Device> page = registry.devices(part, cursor, limit);
      found.addAll(page.items());
      more |= page.next().isPresent();
    }
    found.sort(Comparator.comparing(Device::id));
    return Paging.merged(found, limit, more);
  }

  long count(DeviceFilter filter) {
    return narrow(filter).stream().mapToLong(registry::countDevices).sum();
  }

  private List<DeviceFilter> narrow(DeviceFilter filter) {
    asked = true;
    return reach.narrow(filter);
  }

  /** The end of a call that may not go unanswered for: default deny. */
  void requireAsked(Route route) {
    if (!wasAsked()) {
      throw new VagusException(
          ErrorCode.FORBIDDEN,
          "group: " + route.template() + " does not say whose it is (expected: a right on all)");
    }
  }
}
