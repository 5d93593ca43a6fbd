package io.vagus.process;

import io.vagus.journal.AppendCallback;
import io.vagus.journal.RecordBatch;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.ledger.DeadLetter;
import io.vagus.ledger.MessageId;
import io.vagus.model.Envelope;
import io.vagus.model.ProductModel;
import io.vagus.model.Transport;
import io.vagus.wire.EnvelopeCodec;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** Puts dead letters back into the journal, and counts them as arrivals. Thread-safe. */
final class Replays {
  private static final long MAX_WAIT_SECONDS = 10;

  private final ProcessParts parts;
  private final DeadLetters deadLetters;
  private final AtomicLong received = new AtomicLong();
  private final Set<Long> underWay = ConcurrentHashMap.newKeySet();

  Replays(ProcessParts parts, DeadLetters deadLetters) {
    this.parts = parts;
    this.deadLetters = deadLetters;
  }

  long received(Transport transport) {
    return transport == Transport.REPLAY ? received.get() : 0;
  }

  Optional<String> replay(String id) {
    Optional<DeadLetter> letter =
        MessageId.parse(id).flatMap(parsed -> deadLetters.find(parsed.offset()));
    if (letter.isEmpty()) {
      return Optional.empty();
    }
    long old = MessageId.parse(id).orElseThrow().offset();
    // Whoever adds it is the only one to put it back, from here to when that is noted for good.
    if (!underWay.add(old)) {
      throw new VagusException(ErrorCode.CONFLICT, "dead letter: " + id + " is being put back");
    }
    try {
      return Optional.of(new MessageId(putBack(old, letter.get())).toString());
    } finally {
      underWay.remove(old);
    }
  }

  private long putBack(long old, DeadLetter letter) {
    if (deadLetters.isReplayed(old)) {
      throw new VagusException(
          ErrorCode.CONFLICT, "dead letter: " + letter.id() + " was put back before");
    }
    long offset = append(again(letter.envelope()));
    deadLetters.markReplayed(old);
    return offset;
  }

  /** As received then, to be judged as of now. */
  private Envelope again(Envelope e) {
    int version =
        parts.registry().model(e.product()).map(ProductModel::version).orElse(e.modelVersion());
    return new Envelope(
        e.device(),
        e.gateway(),
        e.channel(),
        Transport.REPLAY,
        e.receivedMicros(),
        e.contentType(),
        e.messageId(),
        e.product(),
        version,
        false,
        0,
        e.payload());
  }

  private long append(Envelope envelope) {
    int maxBytes = EnvelopeCodec.maxBytes(envelope);
    RecordBatch batch = new RecordBatch(maxBytes + RecordBatch.HEADER_BYTES);
    EnvelopeCodec.encode(envelope, batch.open(parts.wallClock().micros(), maxBytes));
    batch.seal();
    CompletableFuture<Long> durable = new CompletableFuture<>();
    if (!parts.journal().append(batch, new Appended(durable))) {
      throw new VagusException(ErrorCode.BUSY, "journal: its queue is full, try again");
    }
    try {
      return durable.get(MAX_WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VagusException(ErrorCode.STOPPING, "replay: interrupted", e);
    } catch (TimeoutException e) {
      throw new VagusException(
          ErrorCode.BUSY, "journal: not durable within " + MAX_WAIT_SECONDS + " s", e);
    } catch (ExecutionException e) {
      throw new VagusException(ErrorCode.STOPPING, "journal: closed", e);
    }
  }

  private final class Appended implements AppendCallback {
    private final CompletableFuture<Long> durable;

    Appended(CompletableFuture<Long> durable) {
      this.durable = durable;
    }

    @Override
    public void durable(long firstOffset) {
      received.incrementAndGet();
      durable.complete(firstOffset);
    }

    @Override
    public void abandoned() {
      durable.completeExceptionally(new VagusException(ErrorCode.STOPPING, "journal: closed"));
    }
  }
}
