package io.vagus.journal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A journal on the heap that can be full, and killed: what was durable then is in the next. */
public final class HeapJournal implements Journal {
  private record Stored(long timeMicros, byte[] payload) {}

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
  private final List<Stored> records = new ArrayList<>();
  private final List<Runnable> waiting = new ArrayList<>();
  private boolean full;
  private boolean killed;
  private long released;

  /** The process is gone: nothing is called back any more, nothing taken. */
  public synchronized HeapJournal kill() {
    killed = true;
    HeapJournal next = new HeapJournal();
    next.records.addAll(records);
    next.released = released;
    return next;
  }

  public synchronized void setFull(boolean isFull) {
    full = isFull;
    if (!full) {
      waiting.forEach(thread::execute);
      waiting.clear();
    }
  }

  public synchronized int size() {
    return records.size();
  }

  public synchronized long released() {
    return released;
  }

  @Override
  public synchronized boolean append(RecordBatch batch, AppendCallback callback) {
    if (full) {
      return false;
    }
    thread.execute(() -> {
      long first = store(batch);
      if (first >= 0) {
        callback.durable(first);
      }
    });
    return true;
  }

  private synchronized long store(RecordBatch batch) {
    if (killed) {
      return -1;
    }
    long first = records.size();
    ByteBuffer in =
        ByteBuffer.wrap(batch.array(), 0, batch.sizeBytes()).order(ByteOrder.LITTLE_ENDIAN);
    while (in.hasRemaining()) {
      byte[] payload = new byte[in.getInt()];
      in.getInt();
      long timeMicros = in.getLong();
      in.get(payload);
      records.add(new Stored(timeMicros, payload));
    }
    return first;
  }

  @Override
  public synchronized void whenWritable(Runnable action) {
    if (full) {
      waiting.add(action);
    } else {
      thread.execute(action);
    }
  }

  @Override
  public long startOffset() {
    return 0;
  }

  @Override
  public synchronized long endOffset() {
    return records.size();
  }

  @Override
  public OptionalLong offsetAt(long timeMicros) {
    return OptionalLong.empty();
  }

  private synchronized Stored get(long offset) {
    return records.get((int) offset);
  }

  @Override
  public JournalReader reader(long fromOffset) {
    return new JournalReader() {
      private long position = fromOffset;

      @Override
      public int poll(int maxRecords, Duration wait, Visitor visitor) {
        int count = 0;
        while (count < maxRecords && position < endOffset()) {
          Stored record = get(position);
          visitor.record(position, record.timeMicros, record.payload, 0, record.payload.length);
          position++;
          count++;
        }
        return count;
      }

      @Override
      public long position() {
        return position;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public synchronized void release(String consumer, long belowOffset) {
    released = belowOffset;
  }

  @Override
  public JournalHealth health() {
    return new JournalHealth("", 0, 0, 1, 0, List.of());
  }

  @Override
  public void close() {
    thread.shutdown();
  }
}
