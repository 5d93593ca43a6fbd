package io.vagus.api;

import io.vagus.command.CommandRecords;
import io.vagus.command.Commands;
import io.vagus.model.Command;
import io.vagus.model.CommandState;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.model.Page;
import io.vagus.registry.GroupTree;
import io.vagus.registry.Registry;
import io.vagus.registry.Registry.DeviceFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
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

  private static final int MAX_PAGES = 100;

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

  /** Looks at so many pages at most, then says go on. */
  Reply list(Call call) {
    CommandRecords.Filter filter = filter(call, call.queriedDevice());
    Predicate<Command> wanted = wanted(call);
    List<Command> found = new ArrayList<>();
    Optional<String> cursor = cursor(call);
    int pages = 0;
    do {
      Page<Command> page = commands.page(filter, cursor, limit(call));
      page.items().stream().filter(wanted).forEach(found::add);
      cursor = page.next();
    } while (cursor.isPresent() && found.isEmpty() && ++pages < MAX_PAGES);
    return Shape.page(new Page<>(found, cursor), CommandShape::write);
  }

  /** Seen by who asks, and what he asks of its device and its issuer. */
  static Predicate<Command> seen(Call call) {
    Predicate<DeviceId> devices = call.sight().devices();
    return command -> devices.test(command.device());
  }

  private Predicate<Command> wanted(Call call) {
    Predicate<Command> seen = seen(call);
    Optional<String> issuer = call.query().string("issuer");
    Optional<String> product = call.query().string("product");
    Optional<GroupId> group =
        call.query().string("group").map(name -> DeviceShape.groupId("group", name));
    DeviceFilter devices = product.map(DeviceFilter.ALL::withProduct).orElse(DeviceFilter.ALL);
    Predicate<DeviceId> fits =
        product.isEmpty() && group.isEmpty() ? any -> true : fits(devices.inGroup(group));
    return command ->
        issuer.map(command.issuer()::equals).orElse(true)
            && seen.test(command)
            && fits.test(command.device());
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
