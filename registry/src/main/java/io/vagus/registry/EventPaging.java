package io.vagus.registry;

import io.vagus.model.Page;
import java.util.List;
import java.util.Optional;

/** Pages of events, newest first. A cursor is the sequence of the page's last event. */
public final class EventPaging {
  private static final String CURSOR_FORMAT = "e";

  private EventPaging() {}

  /**
   * @param found one more than {@code limit} when there is a next page
   */
  public static Page<Event> page(List<Event> found, int limit) {
    return found.size() <= limit
        ? new Page<>(found, Optional.empty())
        : new Page<>(
            found.subList(0, limit), Optional.of(CURSOR_FORMAT + found.get(limit - 1).sequence()));
  }

  /** Behind which sequence the page begins; anything that no list gave is an INVALID_REQUEST. */
  public static long before(Optional<String> cursor) {
    if (cursor.isEmpty()) {
      return Long.MAX_VALUE;
    }
    if (!cursor.get().matches(CURSOR_FORMAT + "\\d{1,18}")) {
      throw Rules.invalid("cursor: not one that this list gave (expected: its next)");
    }
    return Long.parseLong(cursor.get().substring(CURSOR_FORMAT.length()));
  }
}
