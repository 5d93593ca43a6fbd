package io.vagus.journal;

import java.util.OptionalLong;

/**
 * The durable log: records in the order they were made durable, numbered by offset from 0 without
 * holes. What {@link AppendCallback#durable} was called for survives {@code kill -9} and power loss
 * (unless the installation chose {@code fsync: off}).
 *
 * <p>Thread-safe.
 */
public interface Journal extends AutoCloseable {

  /**
   * Queues the batch; the callback follows, on the journal's own thread, when all of it is durable.
   * Batches are made durable in the order of the calls. The batch belongs to the journal from here
   * on.
   *
   * <p>A full disk is no failure: appending stands still until there is room, the queue fills, and
   * this answers {@code false}. After close the batch is taken and abandoned at once, on the
   * caller's thread.
   *
   * @return {@code false} when the queue is full: nothing was taken, try again after {@link
   *     #whenWritable}
   */
  boolean append(RecordBatch batch, AppendCallback callback);

  /**
   * Runs once, on the journal's own thread, when the queue has room again (at once if it has): when
   * no more than half of it is taken. After close it runs at once, on the caller's thread.
   */
  void whenWritable(Runnable action);

  /**
   * Whether more is durable and not yet released by any consumer than the journal's bound allows:
   * those who send for others should wait, by {@link #whenCaughtUp}. Batches are taken all the
   * same, for what must not wait.
   */
  boolean isBehind();

  /** Runs once when {@link #isBehind} no longer holds (at once if it does not), on any thread. */
  void whenCaughtUp(Runnable action);

  /** Offset of the oldest record still held. */
  long startOffset();

  /** Offset that the next durable record will have; all below can be read. */
  long endOffset();

  /** The first record whose time is at or after the given one; empty when there is none. */
  OptionalLong offsetAt(long timeMicros);

  /**
   * A reader that starts at the offset, or at {@link #startOffset} when that is later.
   *
   * @param fromOffset at most {@link #endOffset}
   */
  JournalReader reader(long fromOffset);

  /**
   * What the named consumer needs no more: records below the offset, so far as all consumers
   * released them, may be removed by the retention rules. A consumer is known, and holds records
   * back, from its first call on; the journal remembers it over restarts.
   */
  void release(String consumer, long belowOffset);

  JournalHealth health();

  /** Whether appending stands still, as {@link #health} tells it; cheap enough for each message. */
  boolean isStalled();

  /** Makes what is queued durable, calls back, and stops. */
  @Override
  void close();
}
