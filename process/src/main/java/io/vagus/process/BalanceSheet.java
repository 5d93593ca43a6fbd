package io.vagus.process;

import io.vagus.journal.Journal;
import io.vagus.kit.ErrorCode;
import io.vagus.ledger.Arrivals;
import io.vagus.ledger.Balance;
import io.vagus.ledger.Balance.Line;
import io.vagus.ledger.DuplicateCause;
import io.vagus.ledger.Outcome;
import io.vagus.model.Transport;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Draws the balance. Counts that know nothing of each other must meet: per listener what ingest
 * received since the start (before it: what was decided), in total what the journal's offsets say,
 * both against what the processing decided.
 *
 * <p>They are read one after the other while messages go on, so that one look may catch a message
 * between two of them; it looks again until they meet, at most {@link #LOOKS} times. What is truly
 * lost never meets. Thread-safe.
 */
final class BalanceSheet {
  private static final int LOOKS = 500;
  private static final long PAUSE_NANOS = 1_000_000;

  private final Journal journal;
  private final Arrivals arrivals;
  private final Supplier<Tally.Counts> counts;
  private final long startOffset;

  /**
   * @param startOffset the journal's end when arrivals began to be counted
   */
  BalanceSheet(
      Journal journal, Arrivals arrivals, Supplier<Tally.Counts> counts, long startOffset) {
    this.journal = journal;
    this.arrivals = arrivals;
    this.counts = counts;
    this.startOffset = startOffset;
  }

  Balance draw() {
    Balance balance = look();
    for (int i = 0; i < LOOKS && !balance.balanced(); i++) {
      LockSupport.parkNanos(PAUSE_NANOS);
      balance = look();
    }
    return balance;
  }

  /** What was decided is read first, so that what was received includes it. */
  private Balance look() {
    Tally.Counts now = counts.get();
    Transport[] transports = Transport.values();
    long[] received = new long[transports.length];
    for (Transport transport : transports) {
      received[transport.ordinal()] = arrivals.received(transport);
    }
    boolean behind = journal.endOffset() > now.position();
    Map<Transport, Line> lines = new EnumMap<>(Transport.class);
    for (Transport transport : transports) {
      Line line = line(now, transport, received[transport.ordinal()], behind);
      if (line.received() > 0 || line.difference() != 0) {
        lines.put(transport, line);
      }
    }
    return new Balance(lines, total(now, lines));
  }

  private static Line line(
      Tally.Counts now, Transport transport, long receivedHere, boolean behind) {
    long accepted = now.of(transport, Outcome.ACCEPTED);
    long rejected = now.of(transport, Outcome.REJECTED);
    long deadLettered = now.of(transport, Outcome.DEAD_LETTERED);
    long duplicate = now.of(transport, Outcome.DUPLICATE);
    long decided = accepted + rejected + deadLettered + duplicate;
    long decidedHere = now.decidedHere()[transport.ordinal()];
    long pending = behind ? Math.max(0, receivedHere - decidedHere) : 0;
    return new Line(
        decided - decidedHere + receivedHere,
        accepted,
        rejected,
        deadLettered,
        duplicate,
        pending,
        now.reasons(transport),
        now.causes(transport));
  }

  private Line total(Tally.Counts now, Map<Transport, Line> lines) {
    long accepted = 0;
    long rejected = 0;
    long deadLettered = 0;
    long duplicate = 0;
    long pending = Math.max(0, startOffset - now.position());
    Map<ErrorCode, Long> reasons = new EnumMap<>(ErrorCode.class);
    Map<DuplicateCause, Long> causes = new EnumMap<>(DuplicateCause.class);
    for (Line line : lines.values()) {
      accepted += line.accepted();
      rejected += line.rejected();
      deadLettered += line.deadLettered();
      duplicate += line.duplicate();
      pending += line.pending();
      line.reasons().forEach((reason, n) -> reasons.merge(reason, n, Long::sum));
      line.causes().forEach((cause, n) -> causes.merge(cause, n, Long::sum));
    }
    long messages = now.position() - now.notMessages();
    return new Line(
        messages + rejected + pending,
        accepted,
        rejected,
        deadLettered,
        duplicate,
        pending,
        reasons,
        causes);
  }
}
