package io.vagus.ingest;

import io.vagus.journal.AppendCallback;
import io.vagus.journal.Journal;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.MonotonicClock;
import io.vagus.model.Envelope;
import io.vagus.model.Transport;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * A lane that appends one batch a turn of its event loop and hears of it with one task a batch.
 * Confined to its event loop, but for what the journal calls.
 *
 * <pre>
 * open   ──flush──▶ queue ──append──▶ journal ──durable──▶ receipts
 *                     ▲ append refused, or the journal behind: the lane is not writable, the
 *                     │ queue stays as it is
 *                     └─ whenWritable, whenCaughtUp ─ tried again, in order
 * </pre>
 */
final class JournalLane implements Lane {
  /** A batch is handed over at this size even within one read: the journal writes in one go. */
  private static final int FULL_BATCH_BYTES = 1 << 20;

  private final Journal journal;
  private final Executor eventLoop;
  private final Validator validator;
  private final CountedArrivals arrivals;
  private final MonotonicClock clock;
  private final long maxHeldBytes;

  private final ArrayDeque<PendingBatch> queue = new ArrayDeque<>();
  private final Set<Runnable> waiting = new LinkedHashSet<>();
  private final List<Runnable> waitingForIdle = new ArrayList<>(1);
  private PendingBatch open;
  private long queuedBytes;
  private int batchesInJournal;
  private boolean writable = true;
  private boolean flushScheduled;

  JournalLane(
      Journal journal,
      Executor eventLoop,
      Validator validator,
      CountedArrivals arrivals,
      MonotonicClock clock,
      long maxHeldBytes) {
    this.journal = journal;
    this.eventLoop = eventLoop;
    this.validator = validator;
    this.arrivals = arrivals;
    this.clock = clock;
    this.maxHeldBytes = maxHeldBytes;
    this.open = new PendingBatch(0);
  }

  @Override
  public void submit(Envelope envelope, Receipt receipt) {
    if (queuedBytes + open.sizeBytes() > maxHeldBytes) {
      refused(envelope.transport(), ErrorCode.BUSY);
      receipt.abandoned();
      return;
    }
    Receipt judged = receipt;
    if (receipt.wantsVerdict()) {
      Optional<Validator.Problem> problem = validator.problem(envelope);
      if (problem.isPresent()) {
        judged = new DeadLetterReceipt(receipt, problem.get());
      }
    }
    if (open.isEmpty()) {
      open.submittedNanos = clock.nanos();
    }
    open.add(envelope, judged);
    if (open.sizeBytes() >= FULL_BATCH_BYTES) {
      flushNow();
    }
  }

  /**
   * Waits for the end of the event loop's turn, so that all connections that had something to read
   * share one batch.
   */
  @Override
  public void flush() {
    if (!flushScheduled && !open.isEmpty()) {
      flushScheduled = true;
      execute(() -> {
        flushScheduled = false;
        flushNow();
      });
    }
  }

  private void flushNow() {
    if (open.isEmpty()) {
      return;
    }
    queue.add(open);
    queuedBytes += open.sizeBytes();
    open = new PendingBatch(open.sizeBytes());
    if (writable) {
      drain();
    }
  }

  private void drain() {
    while (!queue.isEmpty()) {
      if (journal.isBehind()) {
        writable = false;
        journal.whenCaughtUp(() -> execute(this::retry));
        return;
      }
      PendingBatch head = queue.getFirst();
      int sizeBytes = head.sizeBytes();
      if (!journal.append(head.records, new Callback(head))) {
        writable = false;
        journal.whenWritable(() -> execute(this::retry));
        return;
      }
      queue.removeFirst();
      queuedBytes -= sizeBytes;
      batchesInJournal++;
    }
  }

  private void retry() {
    writable = true;
    drain();
    if (writable) {
      List<Runnable> actions = List.copyOf(waiting);
      waiting.clear();
      actions.forEach(Runnable::run);
    }
  }

  @Override
  public boolean writable() {
    return writable;
  }

  @Override
  public boolean isStalled() {
    return journal.isStalled();
  }

  @Override
  public void whenWritable(Runnable action) {
    if (writable) {
      action.run();
    } else {
      waiting.add(action);
    }
  }

  @Override
  public void forget(Runnable action) {
    waiting.remove(action);
  }

  @Override
  public void refused(Transport transport, ErrorCode reason) {
    arrivals.refused(transport, reason);
  }

  /** Runs once on the event loop when every receipt is given; now, if so. */
  void whenIdle(Runnable action) {
    waitingForIdle.add(action);
    tellIdle();
  }

  private void tellIdle() {
    if (!waitingForIdle.isEmpty() && open.isEmpty() && queue.isEmpty() && batchesInJournal == 0) {
      List<Runnable> actions = List.copyOf(waitingForIdle);
      waitingForIdle.clear();
      actions.forEach(Runnable::run);
    }
  }

  private void execute(Runnable task) {
    try {
      eventLoop.execute(task);
    } catch (RejectedExecutionException e) {
      // The event loops have stopped, and with them the connections that waited for this.
    }
  }

  private final class Callback implements AppendCallback {
    private final PendingBatch batch;

    Callback(PendingBatch batch) {
      this.batch = batch;
    }

    @Override
    public void durable(long firstOffset) {
      arrivals.durable(batch.counts, clock.nanos() - batch.submittedNanos);
      execute(() -> {
        batchesInJournal--;
        batch.durable(firstOffset);
        tellIdle();
      });
    }

    @Override
    public void abandoned() {
      execute(() -> {
        batchesInJournal--;
        batch.abandoned();
        tellIdle();
      });
    }
  }

  private record DeadLetterReceipt(Receipt receipt, Validator.Problem problem) implements Receipt {
    @Override
    public void durable(long offset) {
      receipt.deadLettered(offset, problem.code(), problem.why());
    }

    @Override
    public void deadLettered(long offset, ErrorCode reason, String why) {
      receipt.deadLettered(offset, reason, why);
    }

    @Override
    public void abandoned() {
      receipt.abandoned();
    }
  }
}
