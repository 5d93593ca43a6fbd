package io.vagus.journal;

import io.vagus.kit.DataSize;
import io.vagus.kit.MonotonicClock;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The journal without a disk, for tests: what is taken is durable at once, nothing is removed,
 * nothing outlives it, and no backlog is too long. Thread-safe.
 */
public final class InMemoryJournal implements Journal {
  private static final long MAX_GROUP_BYTES = 1 << 20;

  private record Stored(long timeMicros, byte[] payload) {}

  private final CommitQueue queue;
  private final Commits commits = new Commits(0);
  private final List<Stored> records = new ArrayList<>();
  private final Thread thread;

  public InMemoryJournal() {
    this(JournalConfig.defaults().queueBytes(), MonotonicClock.system());
  }

  public InMemoryJournal(DataSize queueSize, MonotonicClock mono) {
    queue = new CommitQueue(queueSize.bytes(), mono);
    CommitLoop loop = new CommitLoop(queue, new Memory(), 0, MAX_GROUP_BYTES, mono);
    thread = Thread.ofPlatform().daemon().name("journal-memory").start(loop);
  }

  @Override
  public boolean append(RecordBatch batch, AppendCallback callback) {
    return queue.offer(batch, callback);
  }

  @Override
  public void whenWritable(Runnable action) {
    queue.whenRoom(action);
  }

  @Override
  public boolean isBehind() {
    return false;
  }

  @Override
  public void whenCaughtUp(Runnable action) {
    action.run();
  }

  @Override
  public long startOffset() {
    return 0;
  }

  @Override
  public long endOffset() {
    return commits.endOffset();
  }

  @Override
  public OptionalLong offsetAt(long timeMicros) {
    for (long offset = 0; offset < endOffset(); offset++) {
      if (get(offset).timeMicros() >= timeMicros) {
        return OptionalLong.of(offset);
      }
    }
    return OptionalLong.empty();
  }

  @Override
  public JournalReader reader(long fromOffset) {
    Offsets.check("fromOffset", fromOffset, endOffset());
    return new Reader(fromOffset);
  }

  @Override
  public void release(String consumer, long belowOffset) {
    Offsets.check("belowOffset", belowOffset, endOffset());
  }

  @Override
  public boolean isStalled() {
    return false;
  }

  @Override
  public JournalHealth health() {
    synchronized (records) {
      long size = records.stream().mapToLong(r -> r.payload().length).sum();
      return new JournalHealth("", "", 0, queue.bytes(), queue.oldestNanos(), 0, size, List.of());
    }
  }

  @Override
  public void close() {
    queue.close();
    Threads.join(thread);
  }

  private Stored get(long offset) {
    synchronized (records) {
      return records.get((int) offset);
    }
  }

  private final class Memory implements CommitLoop.Sink {
    @Override
    public boolean commit(CommitLoop.Group group) {
      group.entries().forEach(entry -> store(entry.batch()));
      commits.moveTo(nextOffset());
      return true;
    }

    private void store(RecordBatch batch) {
      ByteBuffer in =
          ByteBuffer.wrap(batch.array(), 0, batch.sizeBytes()).order(ByteOrder.LITTLE_ENDIAN);
      while (in.hasRemaining()) {
        byte[] payload = new byte[in.getInt()];
        in.getInt();
        long timeMicros = in.getLong();
        in.get(payload);
        synchronized (records) {
          records.add(new Stored(timeMicros, payload));
        }
      }
    }

    @Override
    public long nextOffset() {
      synchronized (records) {
        return records.size();
      }
    }

    @Override
    public void close() {}
  }

  private final class Reader implements JournalReader {
    private long position;

    Reader(long position) {
      this.position = position;
    }

    @Override
    public int poll(int maxRecords, Duration wait, Visitor visitor) throws InterruptedException {
      if (position >= commits.endOffset()) {
        commits.await(position, wait.toNanos());
      }
      int n = 0;
      while (n < maxRecords && position < commits.endOffset()) {
        Stored stored = get(position);
        long offset = position++;
        visitor.record(offset, stored.timeMicros(), stored.payload(), 0, stored.payload().length);
        n++;
      }
      return n;
    }

    @Override
    public long position() {
      return position;
    }

    @Override
    public void close() {}
  }
}
