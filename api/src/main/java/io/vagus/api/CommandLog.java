package io.vagus.api;

import io.vagus.command.CommandRecords;
import io.vagus.command.Commands;
import io.vagus.model.Command;
import io.vagus.model.CommandState;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.registry.GroupTree;
import io.vagus.registry.Registry;
import io.vagus.registry.Registry.DeviceFilter;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The commands of a fleet as somebody sees it. What a command itself says is asked of the records;
 * its device's product and group, and who asked for it, are looked at one by one. Immutable.
 */
final class CommandLog {
  static final Set<String> FILTERS =
      Set.of(
          "device", "state", "bulk", "product", "group", "issuer", "from", "to", "cursor", "limit");

  private final Registry registry;
  private final Commands commands;

  CommandLog(Registry registry, Commands commands) {
    this.registry = registry;
    this.commands = commands;
  }

  Reply of(Call call, Optional<DeviceId> device) {
    return Shape.page(
        commands.page(filter(call, device), cursor(call), limit(call)), CommandShape::write);
  }

  Reply list(Call call) {
    CommandRecords.Filter filter = filter(call, call.queriedDevice());
    return Shape.page(
        CommandSight.page(commands, call.sight(), filter, wanted(call), cursor(call), limit(call)),
        CommandShape::write);
  }

  private Optional<Predicate<Command>> wanted(Call call) {
    Optional<String> issuer = call.query().string("issuer");
    Optional<String> product = call.query().string("product");
    Optional<GroupId> group =
        call.query().string("group").map(name -> DeviceShape.groupId("group", name));
    if (issuer.isEmpty() && product.isEmpty() && group.isEmpty()) {
      return Optional.empty();
    }
    DeviceFilter devices = product.map(DeviceFilter.ALL::withProduct).orElse(DeviceFilter.ALL);
    Predicate<DeviceId> fits =
        product.isEmpty() && group.isEmpty() ? any -> true : fits(devices.inGroup(group));
    return Optional.of(c -> issuer.map(c.issuer()::equals).orElse(true) && fits.test(c.device()));
  }

  private Predicate<DeviceId> fits(DeviceFilter filter) {
    GroupTree tree = registry.groups();
    Map<DeviceId, Boolean> known = new HashMap<>();
    return id ->
        known.computeIfAbsent(
            id, i -> registry.device(i).filter((Device d) -> tree.fits(d, filter)).isPresent());
  }

  private static CommandRecords.Filter filter(Call call, Optional<DeviceId> device) {
    return new CommandRecords.Filter(
        device,
        call.query().choice("state", Shape.words(CommandState.class)),
        call.query().string("bulk"),
        call.query().fromMicros(),
        call.query().toMicros());
  }

  private static Optional<String> cursor(Call call) {
    return call.query().string("cursor");
  }

  private static int limit(Call call) {
    return call.query().integer("limit", 100, 1, 1000);
  }
}
