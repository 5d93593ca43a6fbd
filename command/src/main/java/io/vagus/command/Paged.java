package io.vagus.command;

import io.vagus.model.Command;
import io.vagus.model.Page;
import java.util.List;
import java.util.Optional;

/** Pages of commands, the newest first. */
final class Paged {
  private Paged() {}

  /**
   * @param found one more than the limit, when there are more
   */
  static Page<Command> of(List<Command> found, int limit) {
    if (found.size() <= limit) {
      return new Page<>(found, Optional.empty());
    }
    String next = CommandRecords.cursor(found.get(limit - 1));
    return new Page<>(found.subList(0, limit), Optional.of(next));
  }
}
