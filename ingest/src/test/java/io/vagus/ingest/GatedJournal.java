package io.vagus.ingest;

import static io.vagus.testkit.Eventually.eventually;

import io.vagus.journal.AppendCallback;
import io.vagus.journal.InMemoryJournal;
import io.vagus.journal.Journal;
import io.vagus.journal.JournalHealth;
import io.vagus.journal.JournalReader;
import io.vagus.journal.RecordBatch;
import io.vagus.model.JournalEntry;
import io.vagus.wire.EnvelopeCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;

/** A journal that holds durability back, or takes nothing, while a test says so. Thread-safe. */
public final class GatedJournal implements Journal {
  private static final Duration BOUND = Duration.ofSeconds(10);

  private final Journal journal = new InMemoryJournal();
  private final List<Runnable> heldBack = new ArrayList<>();
  private final List<Runnable> abandoned = new ArrayList<>();
  private final List<Runnable> waiting = new ArrayList<>();
  private final AtomicInteger inFlight = new AtomicInteger();
  private boolean holding;
  private boolean full;
  private boolean behind;
  private boolean losing;
  private boolean stalled;

  /** Batches are taken and stay in flight until {@link #release}. */
  public synchronized void hold() {
    holding = true;
  }

  public synchronized int held() {
    return heldBack.size();
  }

  public synchronized void release() {
    holding = false;
    heldBack.forEach(Runnable::run);
    heldBack.clear();
    abandoned.clear();
  }

  /** As for a process that is killed: neither what is in flight nor what comes is durable. */
  public synchronized void lose() {
    losing = true;
    abandoned.forEach(Runnable::run);
    abandoned.clear();
    heldBack.clear();
  }

  /** As for the next process. */
  public synchronized void keep() {
    losing = false;
    holding = false;
  }

  /** Nothing is taken until {@link #makeRoom}. */
  public synchronized void fill() {
    full = true;
  }

  public synchronized void makeRoom() {
    full = false;
    waiting.forEach(Runnable::run);
    waiting.clear();
  }

  /** Whether what is durable waits too long for its consumers. */
  public synchronized void behind(boolean now) {
    behind = now;
    if (!behind) {
      waiting.forEach(Runnable::run);
      waiting.clear();
    }
  }

  @Override
  public synchronized boolean isBehind() {
    return behind;
  }

  @Override
  public synchronized void whenCaughtUp(Runnable action) {
    if (behind) {
      waiting.add(action);
    } else {
      action.run();
    }
  }

  @Override
  public synchronized boolean append(RecordBatch batch, AppendCallback callback) {
    if (full) {
      return false;
    }
    if (losing) {
      callback.abandoned();
      return true;
    }
    if (holding) {
      heldBack.add(() -> append(batch, callback));
      abandoned.add(callback::abandoned);
      return true;
    }
    return take(batch, callback);
  }

  private boolean take(RecordBatch batch, AppendCallback callback) {
    inFlight.incrementAndGet();
    boolean taken = journal.append(batch, new Counted(callback));
    if (!taken) {
      inFlight.decrementAndGet();
    }
    return taken;
  }

  @Override
  public synchronized void whenWritable(Runnable action) {
    if (full) {
      waiting.add(action);
    } else {
      action.run();
    }
  }

  /** All that was taken, in order, once it is durable. */
  public List<JournalEntry> entries() {
    eventually(BOUND, "what was taken is durable", () -> inFlight.get() == 0);
    List<JournalEntry> entries = new ArrayList<>();
    try (JournalReader reader = journal.reader(0)) {
      while (reader.poll(
              1000,
              Duration.ZERO,
              (offset, time, array, from, length) ->
                  entries.add(EnvelopeCodec.decode(array, from, length)))
          > 0) {}
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return entries;
  }

  @Override
  public long startOffset() {
    return journal.startOffset();
  }

  @Override
  public long endOffset() {
    return journal.endOffset();
  }

  @Override
  public OptionalLong offsetAt(long timeMicros) {
    return journal.offsetAt(timeMicros);
  }

  @Override
  public JournalReader reader(long fromOffset) {
    return journal.reader(fromOffset);
  }

  @Override
  public void release(String consumer, long belowOffset) {
    journal.release(consumer, belowOffset);
  }

  /** As on a full disk: what is taken waits, and {@link #isStalled} says so. */
  public synchronized void stall() {
    stalled = true;
    holding = true;
  }

  public synchronized void goOn() {
    stalled = false;
    release();
  }

  @Override
  public synchronized boolean isStalled() {
    return stalled;
  }

  @Override
  public JournalHealth health() {
    return journal.health();
  }

  @Override
  public void close() {
    journal.close();
  }

  private final class Counted implements AppendCallback {
    private final AppendCallback callback;

    Counted(AppendCallback callback) {
      this.callback = callback;
    }

    @Override
    public void durable(long firstOffset) {
      callback.durable(firstOffset);
      inFlight.decrementAndGet();
    }

    @Override
    public void abandoned() {
      callback.abandoned();
      inFlight.decrementAndGet();
    }
  }
}
