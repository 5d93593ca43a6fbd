package io.vagus.api;

import io.vagus.command.CommandRecords;
import io.vagus.command.Commands;
import io.vagus.model.Command;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What of the command log a call sees: commands of the devices that it sees. */
final class CommandSight {
  private static final int AT_ONCE = 1000;

  /**
   * When something is found, no more are looked at: the page is a short one. It never ends at a
   * command that is not seen, since where it ends is told.
   */
  private static final int MOST_LOOKED_AT = 20_000;

  private CommandSight() {}

  /**
   * The newest first.
   *
   * @param wanted what else is asked, which the records do not know; empty for nothing
   */
  static Page<Command> page(
      Commands commands,
      Sight sight,
      CommandRecords.Filter filter,
      Optional<Predicate<Command>> wanted,
      Optional<String> cursor,
      int limit) {
    if (sight.isEverything() && wanted.isEmpty()) {
      return commands.page(filter, cursor, limit);
    }
    Predicate<DeviceId> seen = sight.devices();
    Predicate<Command> both = wanted.orElse(any -> true).and(c -> seen.test(c.device()));
    List<Command> found = new ArrayList<>();
    if (filter.device().isPresent() && !seen.test(filter.device().get())) {
      return new Page<>(found, Optional.empty());
    }
    Optional<String> next = cursor;
    int looked = 0;
    do {
      Page<Command> page = commands.page(filter, next, AT_ONCE);
      page.items().stream().filter(both).forEach(found::add);
      next = page.next();
      looked += AT_ONCE;
    } while (next.isPresent()
        && found.size() <= limit
        && (found.isEmpty() || looked < MOST_LOOKED_AT));
    return cut(found, limit, next.isPresent());
  }

  private static Page<Command> cut(List<Command> found, int limit, boolean more) {
    if (found.size() <= limit && !more) {
      return new Page<>(found, Optional.empty());
    }
    List<Command> page = found.subList(0, Math.min(limit, found.size()));
    return new Page<>(page, Optional.of(CommandRecords.cursor(page.getLast())));
  }
}
