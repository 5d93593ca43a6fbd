package io.vagus.ingest;

import io.vagus.journal.RecordBatch;
import io.vagus.model.Envelope;
import io.vagus.wire.EnvelopeCodec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Messages on their way into the journal with their receipts, in order. Not thread-safe. */
final class PendingBatch {
  private static final System.Logger LOG = System.getLogger(PendingBatch.class.getName());
  private static final int MIN_BYTES = 512;

  final RecordBatch records;
  final TransportCounts counts = new TransportCounts();
  long submittedNanos;
  private final List<Receipt> receipts = new ArrayList<>();

  /**
   * @param likeBytes size of the batch before, which this one will likely have too
   */
  PendingBatch(int likeBytes) {
    records = new RecordBatch(Math.max(MIN_BYTES, likeBytes + likeBytes / 4));
  }

  void add(Envelope envelope, Receipt receipt) {
    ByteBuffer target = records.open(envelope.receivedMicros(), EnvelopeCodec.maxBytes(envelope));
    EnvelopeCodec.encode(envelope, target);
    records.seal();
    receipts.add(receipt);
    counts.add(envelope.transport(), envelope.payload().length);
  }

  boolean isEmpty() {
    return receipts.isEmpty();
  }

  int sizeBytes() {
    return records.sizeBytes();
  }

  void durable(long firstOffset) {
    for (int i = 0; i < receipts.size(); i++) {
      long offset = firstOffset + i;
      give(receipts.get(i), receipt -> receipt.durable(offset));
    }
  }

  void abandoned() {
    receipts.forEach(receipt -> give(receipt, Receipt::abandoned));
  }

  /** One connection's failure must not take the others' acknowledgements with it. */
  private static void give(Receipt receipt, Consumer<Receipt> outcome) {
    try {
      outcome.accept(receipt);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "a listener failed on its receipt", e);
    }
  }
}
