package io.vagus.api;

import io.vagus.kit.VagusException;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.registry.Caller;
import io.vagus.registry.Registry;
import io.vagus.registry.Right;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What the caller may do to a device or a group: who is shown a button can ask before. Thread-safe.
 */
final class OwnRightsRoutes {
  private final Registry registry;

  OwnRightsRoutes(Registry registry) {
    this.registry = registry;
  }

  List<Route> routes() {
    return List.of(Route.get("/api/v1/me/rights", Set.of("device", "group"), this::read));
  }

  private Reply read(Call call) {
    Caller caller = call.caller().orElseThrow();
    Optional<DeviceId> device = call.queriedDevice();
    Optional<String> group = call.query().string("group");
    if (device.isPresent() && group.isPresent()) {
      throw Problem.invalid("group", "given beside device (expected: one of the two)");
    }
    if (device.isPresent()) {
      return reply(right -> holds(caller, right, ofDevice(caller, device.get())));
    }
    return group.isPresent()
        ? reply(right -> holds(caller, right, ofGroup(caller, group.get())))
        : reply(caller::hasEverywhere);
  }

  private static Reply reply(Predicate<Right> has) {
    List<String> labels = Arrays.stream(Right.values()).filter(has).map(Right::label).toList();
    return Reply.json(200, out -> Shape.strings(out, "rights", labels));
  }

  private boolean holds(Caller caller, Right right, Optional<GroupId> place) {
    return caller.reach(right, registry.groups()).holds(place);
  }

  private Optional<GroupId> ofDevice(Caller caller, DeviceId id) {
    return registry
        .device(id)
        .map(Device::group)
        .filter(place -> holds(caller, Right.FLEET_READ, place))
        .orElseThrow(() -> unseen("device", id.value()));
  }

  private Optional<GroupId> ofGroup(Caller caller, String name) {
    Optional<GroupId> group =
        Optional.of(name)
            .filter(GroupId::isValid)
            .map(GroupId::new)
            .filter(id -> registry.groups().find(id).isPresent());
    if (group.isEmpty() || !holds(caller, Right.FLEET_READ, group)) {
      throw unseen("group", name);
    }
    return group;
  }

  private static VagusException unseen(String field, String name) {
    return Problem.invalid(field, Problem.shown(name) + " (expected: one that the caller sees)");
  }
}
