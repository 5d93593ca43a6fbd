package io.vagus.cli;

import java.util.Locale;
import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;

/**
 * How far a bulk command is: on one line that a terminal redraws, if there is one, and at the end
 * on the output. One thread.
 */
final class BulkProgressLine {
  private static final int WIDTH = 30;
  private static final String[] COUNTS = {
    "waiting",
    "awaitingApproval",
    "queued",
    "sent",
    "acknowledged",
    "succeeded",
    "failed",
    "rejected",
    "expired",
    "cancelled",
    "refused",
    "unknown"
  };

  private final boolean redraws = System.console() != null && System.console().isTerminal();

  void show(JsonNode bulk) {
    boolean end = bulk.path("settled").asBoolean();
    if (redraws) {
      System.err.print("\r\033[K" + (end ? "" : line(bulk)));
      System.err.flush();
    }
    if (end) {
      System.out.println(line(bulk));
    }
  }

  /** {@code done [#####.....] 60 of 120: 55 succeeded, 5 failed}. */
  static String line(JsonNode bulk) {
    JsonNode progress = bulk.path("progress");
    long devices = Math.max(1, progress.path("devices").asLong());
    long asked = devices - progress.path("waiting").asLong();
    int full = (int) (WIDTH * asked / devices);
    StringJoiner counts = new StringJoiner(", ");
    for (String count : COUNTS) {
      long number = progress.path(count).asLong();
      if (number > 0) {
        counts.add(number + " " + count);
      }
    }
    return String.format(
        Locale.ROOT,
        "%s [%s%s] %d of %d: %s",
        bulk.path("state").asString(""),
        "#".repeat(full),
        ".".repeat(WIDTH - full),
        asked,
        devices,
        counts);
  }
}
