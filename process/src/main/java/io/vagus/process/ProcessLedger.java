package io.vagus.process;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.ledger.Balance;
import io.vagus.ledger.DeadLetter;
import io.vagus.ledger.DeadLetterFilter;
import io.vagus.ledger.Duplicate;
import io.vagus.ledger.DuplicateFilter;
import io.vagus.ledger.Gap;
import io.vagus.ledger.GapFilter;
import io.vagus.ledger.Ledger;
import io.vagus.ledger.MessageFilter;
import io.vagus.ledger.MessageId;
import io.vagus.ledger.MessageTrace;
import io.vagus.ledger.Note;
import io.vagus.ledger.Outcome;
import io.vagus.model.Channel;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import java.util.List;
import java.util.Optional;

/** The ledger as the processing keeps it. Thread-safe. */
final class ProcessLedger implements Ledger {
  private final BalanceSheet balance;
  private final MessageTraces traces;
  private final Stores stores;
  private final OpenGaps gaps;
  private final Replays replays;

  ProcessLedger(
      BalanceSheet balance, MessageTraces traces, Stores stores, OpenGaps gaps, Replays replays) {
    this.balance = balance;
    this.traces = traces;
    this.stores = stores;
    this.gaps = gaps;
    this.replays = replays;
  }

  @Override
  public Balance balance() {
    return balance.draw();
  }

  @Override
  public List<MessageTrace> trace(String id, Optional<DeviceId> device) {
    return traces.find(id, device);
  }

  @Override
  public Page<MessageTrace> recent(DeviceId device, Optional<Outcome> outcome, int limit) {
    return traces.recent(device, outcome, limit);
  }

  @Override
  public List<MessageTrace> messages(MessageFilter filter, int limit) {
    return traces.within(filter, limit);
  }

  @Override
  public List<Note> notes(MessageFilter filter, Channel channel, int limit) {
    return stores.notes().newest(filter, channel, limit);
  }

  @Override
  public Page<DeadLetter> deadLetters(DeadLetterFilter filter, Optional<String> cursor, int limit) {
    return stores.deadLetters().newest(filter, below(cursor), limit);
  }

  @Override
  public Optional<DeadLetter> deadLetter(String id) {
    return MessageId.parse(id).flatMap(parsed -> stores.deadLetters().find(parsed.offset()));
  }

  @Override
  public Optional<String> replay(String deadLetterId) {
    return replays.replay(deadLetterId);
  }

  @Override
  public Page<Duplicate> duplicates(DuplicateFilter filter, Optional<String> cursor, int limit) {
    return stores.duplicates().newest(filter, below(cursor), limit, traces::path);
  }

  @Override
  public Page<Gap> gaps(GapFilter filter, Optional<String> cursor, int limit) {
    int passed = 0;
    if (cursor.isPresent()) {
      try {
        passed = Integer.parseUnsignedInt(cursor.get());
      } catch (NumberFormatException e) {
        throw badCursor(cursor.get());
      }
    }
    return gaps.list(filter, passed, limit);
  }

  private static long below(Optional<String> cursor) {
    return cursor
        .map(c -> MessageId.parse(c).orElseThrow(() -> badCursor(c)).offset())
        .orElse(Long.MAX_VALUE);
  }

  private static VagusException badCursor(String cursor) {
    return new VagusException(
        ErrorCode.INVALID_REQUEST, "cursor: \"" + cursor + "\" (expected: one given before)");
  }
}
