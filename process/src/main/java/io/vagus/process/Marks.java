package io.vagus.process;

import io.vagus.journal.AppendCallback;
import io.vagus.journal.Journal;
import io.vagus.journal.RecordBatch;
import io.vagus.model.Mark;
import io.vagus.wire.EnvelopeCodec;

/** Puts marks into the journal, one at a time: the next when that one came back. */
final class Marks {
  private final Journal journal;
  private volatile boolean underWay;

  Marks(Journal journal) {
    this.journal = journal;
  }

  /** Appends it unless one is under way or the journal's queue is full: there is a next time. */
  void append(Mark mark) {
    if (underWay) {
      return;
    }
    int bytes = EnvelopeCodec.maxBytes(mark);
    RecordBatch batch = new RecordBatch(bytes + RecordBatch.HEADER_BYTES);
    EnvelopeCodec.encode(mark, batch.open(mark.timeMicros(), bytes));
    batch.seal();
    underWay = true;
    underWay = journal.append(batch, new Appended());
  }

  /** One was read: of this process or of one before. */
  void cameBack() {
    underWay = false;
  }

  private final class Appended implements AppendCallback {
    @Override
    public void durable(long firstOffset) {
      // It is over when it was read.
    }

    @Override
    public void abandoned() {
      underWay = false;
    }
  }
}
