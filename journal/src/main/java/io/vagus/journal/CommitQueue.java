package io.vagus.journal;

import io.vagus.kit.MonotonicClock;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Batches on their way to the journal's thread, bounded in bytes. Any thread offers, without a
 * lock; one thread takes. A batch counts until it is durable.
 */
final class CommitQueue {
  private static final int BATCH_OVERHEAD_BYTES = 128;

  /** A batch that waits. */
  record Entry(RecordBatch batch, AppendCallback callback, long queuedNanos) {
    long bytes() {
      return batch.sizeBytes() + (long) BATCH_OVERHEAD_BYTES;
    }
  }

  private final long maxBytes;
  private final MonotonicClock mono;
  private final ConcurrentLinkedQueue<Entry> entries = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Runnable> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong records = new AtomicLong();
  private volatile long wakeAtRecords = Long.MAX_VALUE;
  private volatile @Nullable Thread consumer;
  private volatile @Nullable Entry committing;
  private volatile boolean closing;
  private volatile boolean closed;

  CommitQueue(long maxBytes, MonotonicClock mono) {
    this.maxBytes = maxBytes;
    this.mono = mono;
  }

  boolean offer(RecordBatch batch, AppendCallback callback) {
    Entry entry = new Entry(batch, callback, mono.nanos());
    long before = bytes.getAndAdd(entry.bytes());
    if (before > 0 && before + entry.bytes() > maxBytes) {
      bytes.addAndGet(-entry.bytes());
      return false;
    }
    entries.add(entry);
    long queued = records.addAndGet(batch.count());
    if (queued >= wakeAtRecords || (wakeAtRecords < Long.MAX_VALUE && !hasRoom())) {
      LockSupport.unpark(consumer);
    }
    if (closed) {
      abandonAll();
    }
    return true;
  }

  /** Room is when half of the queue is free, so that who waits does not wake for one batch. */
  void whenRoom(Runnable action) {
    waiting.add(action);
    if (hasRoom()) {
      LockSupport.unpark(consumer);
    }
    if (closed) {
      runWaiting();
    }
  }

  /** The next batch, waiting for one; null when the queue is closing and empty. Consumer only. */
  @Nullable Entry take() {
    consumer = Thread.currentThread();
    while (true) {
      runWaitingIfRoom();
      Entry entry = entries.poll();
      if (entry != null) {
        committing = entry;
        return entry;
      }
      if (closing) {
        return null;
      }
      park(0, Long.MAX_VALUE);
    }
  }

  /** The next batch if its frames fit. Consumer only. */
  @Nullable Entry poll(long maxFrameBytes) {
    Entry entry = entries.peek();
    return entry != null && entry.batch().sizeBytes() <= maxFrameBytes ? entries.poll() : null;
  }

  /** Waits until so many records are queued, the time has come, or close. Consumer only. */
  void awaitRecords(int enough, long deadlineNanos) {
    consumer = Thread.currentThread();
    long left = deadlineNanos - mono.nanos();
    while (left > 0 && lacks(enough) && !closing) {
      park(enough, left);
      runWaitingIfRoom();
      left = deadlineNanos - mono.nanos();
    }
  }

  /** A queue that is half full is enough whatever the count; 0 records: any batch is enough. */
  private boolean lacks(int enough) {
    return enough == 0 ? entries.isEmpty() : records.get() < enough && hasRoom();
  }

  /** Waits for about that time; at once false when closing. Consumer only. */
  boolean pause(long nanos) {
    if (!closing) {
      LockSupport.parkNanos(this, nanos);
    }
    return !closing;
  }

  private void park(int enough, long nanos) {
    wakeAtRecords = enough;
    if (lacks(enough) && !closing && (waiting.isEmpty() || !hasRoom())) {
      LockSupport.parkNanos(this, nanos);
    }
    wakeAtRecords = Long.MAX_VALUE;
  }

  /** The batches taken are durable or given up: their room is free again. Consumer only. */
  void release(long committedBytes, int committedRecords) {
    bytes.addAndGet(-committedBytes);
    records.addAndGet(-committedRecords);
    committing = null;
    runWaitingIfRoom();
  }

  private boolean hasRoom() {
    return bytes.get() <= maxBytes / 2;
  }

  private void runWaitingIfRoom() {
    if (!waiting.isEmpty() && hasRoom()) {
      runWaiting();
    }
  }

  private void runWaiting() {
    // As many as there are now: an action may come back with itself.
    for (int n = waiting.size(); n > 0; n--) {
      Runnable action = waiting.poll();
      if (action != null) {
        Guarded.run(action);
      }
    }
  }

  /** Asks the consumer to finish what is queued. */
  void close() {
    closing = true;
    LockSupport.unpark(consumer);
  }

  /** From here on whatever is offered is abandoned at once, on the thread that offers. */
  void closed() {
    closed = true;
    abandonAll();
    runWaiting();
  }

  private void abandonAll() {
    Entry entry;
    while ((entry = entries.poll()) != null) {
      bytes.addAndGet(-entry.bytes());
      records.addAndGet(-entry.batch().count());
      Guarded.run(entry.callback()::abandoned);
    }
  }

  long bytes() {
    return bytes.get();
  }

  long oldestNanos() {
    Entry oldest = committing;
    if (oldest == null) {
      oldest = entries.peek();
    }
    return oldest == null ? 0 : Math.max(0, mono.nanos() - oldest.queuedNanos());
  }
}
