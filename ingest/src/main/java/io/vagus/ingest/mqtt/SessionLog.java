package io.vagus.ingest.mqtt;

import io.vagus.journal.AppendCallback;
import io.vagus.journal.Journal;
import io.vagus.journal.RecordBatch;
import io.vagus.kit.WallClock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes session events durable in batches: one per round of the broker thread, which owns it.
 * Events that can wait ({@link #lazily}) go with the next batch, or alone after a short while.
 * While the journal takes nothing (a full disk), events gather here; nothing is acknowledged, so
 * the clients' windows bound them.
 */
final class SessionLog {
  private static final int LAZY_BYTES = 64 << 10;
  private static final long LAZY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** A batch and what waits for it. */
  private static final class Batch {
    final long number;
    final RecordBatch records = new RecordBatch(4096);
    final List<Runnable> whenDurable = new ArrayList<>();

    Batch(long number) {
      this.number = number;
    }
  }

  private final Journal journal;
  private final BrokerLoop loop;
  private final WallClock clock;
  private final ArrayDeque<Batch> refused = new ArrayDeque<>(); // the journal's queue was full
  private Batch last = new Batch(0);
  private Batch open = new Batch(1);
  private boolean urgent;
  private BrokerLoop.@Nullable Timer lazyTimer;
  private long durableBatch;
  private long durableOffset;
  private long appendedBytes;

  SessionLog(Journal journal, BrokerLoop loop, WallClock clock) {
    this.journal = journal;
    this.loop = loop;
    this.clock = clock;
    this.durableOffset = journal.endOffset();
  }

  /** The batch that holds the event. */
  long append(SessionEvent event) {
    urgent = true;
    return add(event);
  }

  /** As {@link #append}, for what may be lost without harm: it is repeated by the clients. */
  void lazily(SessionEvent event) {
    add(event);
    if (open.records.sizeBytes() > LAZY_BYTES) {
      urgent = true;
    } else if (lazyTimer == null) {
      lazyTimer = loop.schedule(LAZY_NANOS, () -> urgent = true);
    }
  }

  private long add(SessionEvent event) {
    SessionEventCodec.encode(
        event, open.records.open(clock.micros(), SessionEventCodec.maxBytes(event)));
    open.records.seal();
    return open.number;
  }

  /** Runs on the broker thread when all events so far are durable; now, if they are. */
  void whenDurable(Runnable action) {
    if (open.records.count() > 0) {
      urgent = true;
      open.whenDurable.add(action);
    } else if (last.number > durableBatch) {
      last.whenDurable.add(action);
    } else {
      action.run();
    }
  }

  boolean isDurable(long batch) {
    return batch <= durableBatch;
  }

  /** The first offset that is not durable yet, once {@link #whenDurable} has called. */
  long durableOffset() {
    return durableOffset;
  }

  /** Bytes since {@link #resetAppendedBytes}. */
  long appendedBytes() {
    return appendedBytes;
  }

  void resetAppendedBytes() {
    appendedBytes = 0;
  }

  /** Hands the open batch to the journal, when something in it is urgent. */
  void flush() {
    if (!urgent || open.records.count() == 0) {
      return;
    }
    urgent = false;
    if (lazyTimer != null) {
      lazyTimer.cancel();
      lazyTimer = null;
    }
    Batch batch = open;
    last = batch;
    open = new Batch(batch.number + 1);
    appendedBytes += batch.records.sizeBytes();
    if (!refused.isEmpty() || !handOver(batch)) {
      refused.add(batch);
    }
  }

  /** Everything, urgent or not. */
  void flushAll() {
    urgent = true;
    flush();
  }

  private boolean handOver(Batch batch) {
    int count = batch.records.count();
    boolean taken =
        journal.append(
            batch.records,
            new AppendCallback() {
              @Override
              public void durable(long firstOffset) {
                loop.execute(() -> SessionLog.this.durable(batch, firstOffset + count));
              }

              @Override
              public void abandoned() {}
            });
    if (!taken) {
      journal.whenWritable(() -> loop.execute(this::retry));
    }
    return taken;
  }

  private void retry() {
    Batch next = refused.peek();
    while (next != null && handOver(next)) {
      refused.poll();
      next = refused.peek();
    }
  }

  private void durable(Batch batch, long nextOffset) {
    durableBatch = batch.number;
    durableOffset = nextOffset;
    batch.whenDurable.forEach(Runnable::run);
  }
}
