package io.vagus.model;

import io.vagus.kit.ErrorCode;
import java.util.List;

/**
 * Messages refused before they reached the journal, added up since the last such record: the
 * ledger's rejected ones. One record a second at most, so that a hostile device costs no disk.
 */
public record Refusals(long timeMicros, List<Tally> tallies) implements JournalEntry {
  public Refusals {
    tallies = List.copyOf(tallies);
  }

  /** How many messages of one listener were refused for one reason. */
  public record Tally(Transport transport, ErrorCode reason, long count) {}
}
