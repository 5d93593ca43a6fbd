package io.vagus.server;

import io.vagus.journal.Journal;
import io.vagus.journal.JournalReader;
import io.vagus.ledger.MessageId;
import io.vagus.model.Envelope;
import io.vagus.wire.EnvelopeCodec;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Says which records of the journal are messages. Thread-safe. */
record JournalMessages(Journal journal) {

  /** The id of the message at an offset; empty when it is no message, or no longer there. */
  Optional<String> at(long offset) {
    if (offset < journal.startOffset() || offset >= journal.endOffset()) {
      return Optional.empty();
    }
    AtomicBoolean isMessage = new AtomicBoolean();
    try (JournalReader reader = journal.reader(offset)) {
      var unused =
          reader.poll(
              1,
              Duration.ZERO,
              (at, time, array, from, length) ->
                  isMessage.set(
                      at == offset
                          && EnvelopeCodec.decode(array, from, length) instanceof Envelope));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return isMessage.get() ? Optional.of(new MessageId(offset).toString()) : Optional.empty();
  }
}
