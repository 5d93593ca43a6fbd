package io.vagus.command;

import io.vagus.model.Command;
import io.vagus.model.CommandState;
import java.util.EnumMap;
import java.util.Map;

/**
 * What became of commands that are over. Counted are those that had their chance: not who was
 * withdrawn, nor what an interlock or a limit refused, which is how it should be. An
 * acknowledgement that is missing after the deadline is a failure here, though nobody can say that
 * nothing happened ({@link CommandState#UNKNOWN}). Immutable.
 *
 * @param states how many are over, by how
 * @param delivered of those counted, that the device acknowledged
 * @param executed of those counted, that it said to have done
 * @param effects of those counted, that have an effect to be seen
 * @param verified of these, whose effect was seen in reported state
 */
public record CommandOutcomes(
    Map<CommandState, Long> states, long delivered, long executed, long effects, long verified) {
  public static final CommandOutcomes NONE = new CommandOutcomes(Map.of(), 0, 0, 0, 0);

  public CommandOutcomes {
    states = Map.copyOf(states);
  }

  /** Whether commands that ended so count. */
  static boolean counts(CommandState state) {
    return switch (state) {
      case SUCCEEDED, FAILED, EXPIRED, UNKNOWN -> true;
      case CREATED, VALIDATED, QUEUED, SENT, ACKNOWLEDGED, CANCELLED, AWAITING_APPROVAL, REFUSED ->
          false;
    };
  }

  static CommandOutcomes of(Command over) {
    boolean counts = counts(over.state());
    boolean hasEffect = counts && over.effect().isPresent();
    return new CommandOutcomes(
        over.isOver() ? Map.of(over.state(), 1L) : Map.of(),
        counts && over.deliveredMicros() > 0 ? 1 : 0,
        counts && over.executedMicros() > 0 ? 1 : 0,
        hasEffect ? 1 : 0,
        hasEffect && over.verifiedMicros() > 0 ? 1 : 0);
  }

  CommandOutcomes plus(CommandOutcomes other) {
    Map<CommandState, Long> both = new EnumMap<>(CommandState.class);
    both.putAll(states);
    other.states.forEach((state, count) -> both.merge(state, count, Long::sum));
    return new CommandOutcomes(
        both,
        delivered + other.delivered,
        executed + other.executed,
        effects + other.effects,
        verified + other.verified);
  }

  public long of(CommandState state) {
    return states.getOrDefault(state, 0L);
  }

  /** Those that count. */
  public long counted() {
    return states.entrySet().stream()
        .filter(e -> counts(e.getKey()))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  public long succeeded() {
    return of(CommandState.SUCCEEDED);
  }
}
