package io.vagus.fleet;

/**
 * Holds what the devices saw against the ledger's change over the run. It says something only when
 * nothing else sends meanwhile.
 *
 * @param mayChange whether the ledger may yet hear what makes it hold
 */
record Verdict(boolean holds, String why, boolean mayChange) {
  private static Verdict not(String why, boolean mayChange) {
    return new Verdict(false, why, mayChange);
  }

  /**
   * @param change of the ledger
   */
  static Verdict of(Summary summary, Standing change) {
    long acknowledged = summary.acknowledged();
    // What was sent again after a reconnect may have been taken twice, the answer lost once.
    long most = acknowledged + summary.fates().unanswered() + summary.fates().resent();
    String figures =
        "acknowledged "
            + acknowledged
            + ", refused "
            + summary.refusedSum()
            + "; the ledger took "
            + change.taken()
            + " and refused "
            + change.refused();
    if (!change.balanced()) {
      return not("the ledger itself does not balance", true);
    } else if (change.taken() < acknowledged || change.taken() > most) {
      return not(
          figures + " (expected: " + acknowledged + " to " + most + " taken)",
          change.taken() < acknowledged);
    } else if (change.refused() < summary.refusedSum()) {
      return not(figures + " (expected: >= " + summary.refusedSum() + " refused)", true);
    }
    return new Verdict(true, figures, false);
  }
}
