package io.vagus.ledger;

import io.vagus.kit.ErrorCode;
import io.vagus.model.Transport;
import java.util.Map;

/**
 * The ledger's counts since the installation's first message.
 *
 * @param listeners per listener that ever saw a message
 * @param total all listeners
 */
public record Balance(Map<Transport, Line> listeners, Line total) {

  /**
   * Messages of one listener. {@code received} is counted where they arrive, the others where they
   * are decided: that they add up is the proof.
   *
   * @param pending on the way: not yet durable, not yet processed, or refused within the last
   *     second
   * @param reasons of the rejected and the dead-lettered
   * @param causes of the duplicates
   */
  public record Line(
      long received,
      long accepted,
      long rejected,
      long deadLettered,
      long duplicate,
      long pending,
      Map<ErrorCode, Long> reasons,
      Map<DuplicateCause, Long> causes) {

    public Line {
      reasons = Map.copyOf(reasons);
      causes = Map.copyOf(causes);
    }

    /** Zero when the ledger balances; otherwise how many messages are unaccounted for. */
    public long difference() {
      return received - accepted - rejected - deadLettered - duplicate - pending;
    }
  }

  public Balance {
    listeners = Map.copyOf(listeners);
  }

  public boolean balanced() {
    return total.difference() == 0
        && listeners.values().stream().allMatch(line -> line.difference() == 0);
  }
}
