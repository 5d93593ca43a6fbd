package io.vagus.process;

import io.vagus.kit.ErrorCode;
import io.vagus.ledger.DuplicateCause;
import io.vagus.ledger.Outcome;
import io.vagus.model.Refusals;
import io.vagus.model.Transport;
import java.util.EnumMap;
import java.util.Map;

/**
 * The ledger's counts, since the installation's first message. Written by the processing thread,
 * which publishes an immutable {@link Counts} after each batch.
 */
final class Tally {
  private static final int TRANSPORTS = Transport.values().length;
  private static final int OUTCOMES = Outcome.values().length;
  private static final int CAUSES = DuplicateCause.values().length;
  private static final int STRIDE = OUTCOMES + CAUSES;
  private static final int REASONS = 256;

  /**
   * Counts at one moment.
   *
   * @param position journal offset below which all is counted
   * @param outcomes per transport: by {@link Outcome}, then by {@link DuplicateCause}
   * @param reasons per transport by {@link ErrorCode#id}
   * @param decidedHere of them, those that came since this process counts arrivals, per transport
   * @param notMessages records of the journal that are no message
   */
  record Counts(
      long position, long[] outcomes, long[] reasons, long[] decidedHere, long notMessages) {

    long of(Transport transport, Outcome outcome) {
      return outcomes[transport.ordinal() * STRIDE + outcome.ordinal()];
    }

    Map<DuplicateCause, Long> causes(Transport transport) {
      Map<DuplicateCause, Long> causes = new EnumMap<>(DuplicateCause.class);
      for (DuplicateCause cause : DuplicateCause.values()) {
        long n = outcomes[transport.ordinal() * STRIDE + OUTCOMES + cause.ordinal()];
        if (n > 0) {
          causes.put(cause, n);
        }
      }
      return causes;
    }

    Map<ErrorCode, Long> reasons(Transport transport) {
      Map<ErrorCode, Long> byReason = new EnumMap<>(ErrorCode.class);
      for (ErrorCode code : ErrorCode.values()) {
        long n = reasons[transport.ordinal() * REASONS + code.id()];
        if (n > 0) {
          byReason.put(code, n);
        }
      }
      return byReason;
    }
  }

  private final long[] outcomes = new long[TRANSPORTS * STRIDE];
  private long[] reasons = new long[TRANSPORTS * REASONS];
  private boolean reasonsShared;
  private final long[] decidedHere = new long[TRANSPORTS];
  private long notMessages;

  void decided(Transport transport, Effects effects, boolean here) {
    int at = transport.ordinal() * STRIDE;
    outcomes[at + effects.outcome.ordinal()]++;
    if (effects.cause != null) {
      outcomes[at + OUTCOMES + effects.cause.ordinal()]++;
    }
    if (effects.outcome == Outcome.DEAD_LETTERED) {
      addReason(transport, effects.reason, 1);
    }
    if (here) {
      decidedHere[transport.ordinal()]++;
    }
  }

  void refused(Refusals refusals, boolean here) {
    notMessages++;
    for (Refusals.Tally tally : refusals.tallies()) {
      int transport = tally.transport().ordinal();
      outcomes[transport * STRIDE + Outcome.REJECTED.ordinal()] += tally.count();
      addReason(tally.transport(), tally.reason(), tally.count());
      decidedHere[transport] += here ? tally.count() : 0;
    }
  }

  /** Marks, and records that the journal could not give back. */
  void noMessage(long records) {
    notMessages += records;
  }

  private void addReason(Transport transport, ErrorCode reason, long count) {
    if (reasonsShared) {
      reasons = reasons.clone();
      reasonsShared = false;
    }
    reasons[transport.ordinal() * REASONS + reason.id()] += count;
  }

  Counts counts(long position) {
    reasonsShared = true;
    return new Counts(position, outcomes.clone(), reasons, decidedHere.clone(), notMessages);
  }

  void write(Bytes out) {
    out.putLong(notMessages);
    writeSparse(outcomes, out);
    writeSparse(reasons, out);
  }

  void read(Bytes in) {
    notMessages = in.getLong();
    readSparse(in, outcomes);
    reasons = new long[TRANSPORTS * REASONS];
    reasonsShared = false;
    readSparse(in, reasons);
  }

  private static void writeSparse(long[] counts, Bytes out) {
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] != 0) {
        out.putInt(i).putLong(counts[i]);
      }
    }
    out.putInt(-1);
  }

  private static void readSparse(Bytes in, long[] counts) {
    for (int i = in.getInt(); i >= 0; i = in.getInt()) {
      counts[i] = in.getLong();
    }
  }
}
