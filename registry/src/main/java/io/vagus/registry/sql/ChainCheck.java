package io.vagus.registry.sql;

import io.vagus.registry.EventChain;
import io.vagus.registry.EventHead;
import io.vagus.registry.sql.RegistryAudit.Break;
import java.util.Optional;

/** Goes along a chain, event by event, up to its first broken link. Confined to a thread. */
final class ChainCheck {
  private final EventChain chain = new EventChain(EventHead.NONE);
  private final Optional<EventHead> kept;
  private EventHead head = EventHead.NONE;

  /**
   * @param kept a head that was kept elsewhere: the log must have it
   */
  ChainCheck(Optional<EventHead> kept) {
    this.kept = kept;
  }

  /** What is wrong with the next event. */
  Optional<Break> take(EventTable.Row row) {
    long expected = head.sequence() + 1;
    if (row.sequence() != expected) {
      return broken(expected, "is missing, " + row.sequence() + " follows");
    }
    if (!row.previousHash().equals(head.hash())) {
      return broken(
          expected,
          "names another event before it than %d (previous hash: %s, expected: %s)"
              .formatted(head.sequence(), row.previousHash(), head.hash()));
    }
    String hash =
        chain.hash(
            head.hash(),
            row.sequence(),
            row.timeMicros(),
            row.actor(),
            row.subject(),
            row.type(),
            row.body());
    if (!hash.equals(row.hash())) {
      return broken(expected, "was changed (hash: " + row.hash() + ", expected: " + hash + ")");
    }
    head = new EventHead(row.sequence(), hash);
    return kept.filter(k -> k.sequence() == expected && !k.hash().equals(hash))
        .flatMap(k ->
            broken(
                expected,
                "is not the one that was kept (hash: " + hash + ", expected: " + k.hash() + ")"));
  }

  /** What is wrong with the end of the chain. */
  Optional<Break> end() {
    return kept.filter(k -> k.sequence() > head.sequence())
        .flatMap(k ->
            broken(
                head.sequence() + 1,
                "is missing, the log was cut off behind it (expected: "
                    + k.sequence()
                    + " events at least)"));
  }

  EventHead head() {
    return head;
  }

  private static Optional<Break> broken(long sequence, String why) {
    return Optional.of(new Break(sequence, "event " + sequence + " " + why));
  }
}
