package io.vagus.api;

import io.vagus.command.CommandOutcomes;
import io.vagus.command.CommandRecords;
import io.vagus.command.Commands;
import io.vagus.model.Command;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import io.vagus.registry.Registry.DeviceFilter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What of the command log a call sees: commands of the devices that it sees. Where these are not
 * all, their commands are looked up by device, so that a page costs what it shows and not what
 * others did. Confined to its call.
 */
final class CommandSight {
  private static final int AT_ONCE = 1000;

  /** A page that another condition leaves short ends after so many that were looked at. */
  private static final int MOST_LOOKED_AT = 20_000;

  private final Commands commands;
  private final CommandRecords.Filter filter;

  /** Empty: of all that there are. */
  private final Optional<Collection<DeviceId>> devices;

  /**
   * @param filter of one device: it is seen by who may ask for it
   * @param among what else is asked of the devices
   */
  CommandSight(Commands commands, Sight sight, CommandRecords.Filter filter, DeviceFilter among) {
    this.commands = commands;
    this.filter = filter;
    this.devices =
        sight.isEverything() && among.equals(DeviceFilter.ALL)
            ? Optional.empty()
            : Optional.of(ids(sight, filter, among));
  }

  private static Collection<DeviceId> ids(
      Sight sight, CommandRecords.Filter filter, DeviceFilter among) {
    if (filter.device().isPresent() && among.equals(DeviceFilter.ALL)) {
      return filter.device().filter(sight::sees).stream().toList();
    }
    List<DeviceId> ids = new ArrayList<>();
    Optional<String> cursor = Optional.empty();
    do {
      Page<Device> page = sight.devices(among, cursor, AT_ONCE);
      page.items().stream()
          .map(Device::id)
          .filter(id -> filter.device().isEmpty() || filter.device().get().equals(id))
          .forEach(ids::add);
      cursor = page.next();
    } while (cursor.isPresent());
    return ids;
  }

  /**
   * The newest first.
   *
   * @param wanted what else is asked, which the records do not know; empty for nothing
   */
  Page<Command> page(Optional<Predicate<Command>> wanted, Optional<String> cursor, int limit) {
    if (wanted.isEmpty()) {
      return of(cursor, limit);
    }
    List<Command> found = new ArrayList<>();
    Optional<String> next = cursor;
    int looked = 0;
    do {
      Page<Command> page = of(next, AT_ONCE);
      page.items().stream().filter(wanted.get()).forEach(found::add);
      next = page.next();
      looked += AT_ONCE;
    } while (next.isPresent()
        && found.size() <= limit
        && (found.isEmpty() || looked < MOST_LOOKED_AT));
    return cut(found, limit, next.isPresent());
  }

  CommandOutcomes outcomes() {
    return commands.outcomes(devices, filter);
  }

  private Page<Command> of(Optional<String> cursor, int limit) {
    return devices.isPresent()
        ? commands.page(devices.get(), filter, cursor, limit)
        : commands.page(filter, cursor, limit);
  }

  private static Page<Command> cut(List<Command> found, int limit, boolean more) {
    if (found.size() <= limit && !more) {
      return new Page<>(found, Optional.empty());
    }
    List<Command> page = found.subList(0, Math.min(limit, found.size()));
    return new Page<>(page, Optional.of(CommandRecords.cursor(page.getLast())));
  }
}
