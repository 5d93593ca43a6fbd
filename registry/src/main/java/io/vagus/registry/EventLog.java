package io.vagus.registry;

import io.vagus.model.Page;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Every change of the control plane, in order, each chained to the one before by its hash. An event
 * is written in the same transaction as the tables it changes, by {@link Actor#current}. Nothing is
 * ever changed or removed in it. Calls may block on disk. Thread-safe.
 */
public interface EventLog {

  /**
   * Writes what happened outside the registry's own tables; within {@link IdempotentAnswers#once}
   * it belongs to that transaction. Changes of the registry write theirs themselves.
   */
  List<Event> append(List<Fact> facts);

  /** The same of one. */
  default Event append(Fact fact) {
    return append(List.of(fact)).getFirst();
  }

  /** The newest first. */
  Page<Event> events(Filter filter, Optional<String> cursor, int limit);

  EventHead head();

  /**
   * Which events; all conditions hold at once.
   *
   * @param from the earliest time, included
   * @param to the latest time, excluded
   */
  record Filter(
      Optional<Subject> subject,
      Optional<Actor> actor,
      Optional<String> type,
      Optional<Instant> from,
      Optional<Instant> to) {
    public static final Filter ALL =
        new Filter(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    public Filter withSubject(Subject wanted) {
      return new Filter(Optional.of(wanted), actor, type, from, to);
    }

    public Filter withActor(Actor wanted) {
      return new Filter(subject, Optional.of(wanted), type, from, to);
    }

    public Filter withType(String wanted) {
      return new Filter(subject, actor, Optional.of(wanted), from, to);
    }

    /**
     * @param until excluded
     */
    public Filter within(Instant since, Instant until) {
      return new Filter(subject, actor, type, Optional.of(since), Optional.of(until));
    }
  }
}
