package io.vagus.command;

import io.vagus.model.CommandState;
import java.util.Map;

/**
 * How far a bulk command is.
 *
 * @param rejected asked, and no command was made
 * @param states how many of its commands are in which state
 */
public record BulkProgress(
    long devices, long asked, long rejected, Map<CommandState, Long> states) {
  public BulkProgress {
    states = Map.copyOf(states);
  }

  public long in(CommandState state) {
    return states.getOrDefault(state, 0L);
  }

  /** Whose turn has not come. */
  public long waiting() {
    return devices - asked;
  }

  /** Commands that were made. */
  public long created() {
    return asked - rejected;
  }

  /** Commands that are not over. */
  public long open() {
    return states.entrySet().stream()
        .filter(entry -> !entry.getKey().isOver())
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** Commands that were made and are no longer kept. */
  public long forgotten() {
    return created() - states.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Those that ended otherwise than they should, by themselves. */
  public long failures() {
    return rejected
        + states.entrySet().stream()
            .filter(entry -> isFailure(entry.getKey()))
            .mapToLong(Map.Entry::getValue)
            .sum();
  }

  private static boolean isFailure(CommandState state) {
    return state.isOver() && state != CommandState.SUCCEEDED && state != CommandState.CANCELLED;
  }

  /** Whether more failed than is allowed, of enough whose end is known. */
  boolean exceeds(BulkOrder.Stop stop) {
    long known = failures() + in(CommandState.SUCCEEDED);
    return known >= Math.min(stop.least(), devices) && failures() > stop.share() * known;
  }
}
