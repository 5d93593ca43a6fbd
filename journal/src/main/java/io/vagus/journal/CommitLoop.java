package io.vagus.journal;

import io.vagus.kit.MonotonicClock;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/**
 * The journal's own thread: takes what is queued, makes it durable in one go, calls back, again.
 * While one commit is under way the next one gathers, so the busier the journal, the larger its
 * commits.
 */
final class CommitLoop implements Runnable {
  private static final Logger LOG = System.getLogger("io.vagus.journal");

  /** Makes batches durable. */
  interface Sink {
    /** False when that is not possible before close: the batches are then abandoned. */
    boolean commit(Group group);

    /** Offset of the next record. */
    long nextOffset();

    void close();
  }

  /** The batches of one commit. Reused; the journal's thread owns it. */
  static final class Group {
    private final List<CommitQueue.Entry> entries = new ArrayList<>();
    private long queueBytes;
    private int frameBytes;
    private int count;
    private long maxTimeMicros = Long.MIN_VALUE;

    private void add(CommitQueue.Entry entry) {
      entries.add(entry);
      queueBytes += entry.bytes();
      frameBytes += entry.batch().sizeBytes();
      count += entry.batch().count();
      maxTimeMicros = Math.max(maxTimeMicros, entry.batch().maxTimeMicros());
    }

    private void clear() {
      entries.clear();
      queueBytes = 0;
      frameBytes = 0;
      count = 0;
      maxTimeMicros = Long.MIN_VALUE;
    }

    List<CommitQueue.Entry> entries() {
      return entries;
    }

    int frameBytes() {
      return frameBytes;
    }

    int count() {
      return count;
    }

    long maxTimeMicros() {
      return maxTimeMicros;
    }
  }

  private final CommitQueue queue;
  private final Sink sink;
  private final CommitPace pace;
  private final long maxBytes;
  private final MonotonicClock mono;
  private final Group group = new Group();

  CommitLoop(CommitQueue queue, Sink sink, long everyNanos, long maxBytes, MonotonicClock mono) {
    this.queue = queue;
    this.mono = mono;
    this.sink = sink;
    this.pace = new CommitPace(everyNanos, mono.nanos());
    this.maxBytes = maxBytes;
  }

  @Override
  public void run() {
    try {
      while (gather() && commit()) {
        group.clear();
      }
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, "the journal stopped", e);
      throw e;
    } finally {
      group.entries().forEach(entry -> Guarded.run(entry.callback()::abandoned));
      queue.release(group.queueBytes, group.count);
      sink.close();
      queue.closed();
    }
  }

  private boolean gather() {
    if (pace.waits()) {
      queue.awaitRecords(pace.enough(), pace.dueNanos());
    }
    CommitQueue.Entry entry = queue.take();
    if (entry == null) {
      return false;
    }
    while (entry != null) {
      group.add(entry);
      entry = queue.poll(maxBytes - group.frameBytes());
    }
    pace.begins(group.count(), mono.nanos());
    return true;
  }

  private boolean commit() {
    long offset = sink.nextOffset();
    if (group.count() > 0 && !sink.commit(group)) {
      return false;
    }
    for (CommitQueue.Entry entry : group.entries()) {
      long first = offset;
      Guarded.run(() -> entry.callback().durable(first));
      offset += entry.batch().count();
    }
    long bytes = group.queueBytes;
    int records = group.count;
    group.clear();
    queue.release(bytes, records);
    return true;
  }
}
