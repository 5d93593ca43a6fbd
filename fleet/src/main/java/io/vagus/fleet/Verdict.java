package io.vagus.fleet;

import tools.jackson.databind.JsonNode;

/**
 * Holds what the devices saw against the ledger's change over the run. It says something only when
 * nothing else sends meanwhile.
 */
record Verdict(boolean holds, String why) {
  static Verdict of(Summary summary, JsonNode before, JsonNode after) {
    long taken = change("accepted", before, after) + change("duplicate", before, after);
    long refused = change("rejected", before, after) + change("deadLettered", before, after);
    // What was sent again after a reconnect may have been taken twice, the answer lost once.
    long most = summary.acknowledged() + summary.unanswered() + summary.resent();
    boolean balanced = after.path("balanced").asBoolean();
    String figures =
        "acknowledged "
            + summary.acknowledged()
            + ", refused "
            + summary.refusedSum()
            + "; the ledger took "
            + taken
            + " and refused "
            + refused;
    if (!balanced) {
      return new Verdict(false, "the ledger itself does not balance");
    } else if (taken < summary.acknowledged() || taken > most) {
      return new Verdict(
          false, figures + " (expected: " + summary.acknowledged() + " to " + most + " taken)");
    } else if (refused < summary.refusedSum()) {
      return new Verdict(false, figures + " (expected: >= " + summary.refusedSum() + " refused)");
    }
    return new Verdict(true, figures);
  }

  private static long change(String outcome, JsonNode before, JsonNode after) {
    return after.path("total").path(outcome).asLong() - before.path("total").path(outcome).asLong();
  }
}
