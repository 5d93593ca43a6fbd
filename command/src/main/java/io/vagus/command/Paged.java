package io.vagus.command;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.Command;
import io.vagus.model.Page;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Pages of what was found, which is one more than the limit when there are more. */
final class Paged {
  private Paged() {}

  /** The newest first. */
  static Page<Command> of(List<Command> found, int limit) {
    return of(found, limit, CommandRecords::cursor);
  }

  /** The newest first. */
  static Page<Bulk> bulks(List<Bulk> found, int limit) {
    return of(found, limit, last -> Long.toString(last.createdMicros()));
  }

  static Page<BulkRecords.Outcome> outcomes(List<BulkRecords.Outcome> found, int limit) {
    return of(found, limit, last -> Long.toString(last.member().place()));
  }

  private static <T> Page<T> of(List<T> found, int limit, Function<T, String> cursor) {
    return found.size() <= limit
        ? new Page<>(found, Optional.empty())
        : new Page<>(found.subList(0, limit), Optional.of(cursor.apply(found.get(limit - 1))));
  }

  /** A cursor that is a number. */
  static long number(String cursor) {
    if (!cursor.matches("\\d{1,18}")) {
      throw new VagusException(ErrorCode.INVALID_REQUEST, "cursor: expected one that a page gave");
    }
    return Long.parseLong(cursor);
  }
}
