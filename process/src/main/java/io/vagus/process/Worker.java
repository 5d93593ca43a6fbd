package io.vagus.process;

import io.vagus.journal.JournalReader;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.Envelope;
import io.vagus.model.JournalEntry;
import io.vagus.model.Mark;
import io.vagus.model.Refusals;
import io.vagus.wire.EnvelopeCodec;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One partition's loop: read the journal, decide, store, checkpoint. Confined to one thread, but
 * for {@link #counts}, {@link #stalled} and {@link #checkpointPosition}; to drop it at any moment
 * is a crash.
 *
 * <p>The order that makes a crash harmless: what rules fired forced after each batch; readings into
 * the series, the series committed, then dead letters, duplicates and traces forced, then state and
 * position in one checkpoint, then the journal released. A crash anywhere repeats messages from the
 * last checkpoint, with the same outcome, into stores where writing again changes nothing.
 */
final class Worker implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Worker.class.getName());
  private static final int BATCH = 1000;
  private static final Duration IDLE = Duration.ofMillis(200);

  /** A batch as small as this is followed by a pause, in which the next one gathers. */
  private static final int FEW = 250;

  private static final long GATHER_MILLIS = 20;

  private final ProcessParts parts;
  private final Partition partition;
  private final Stores stores;
  private final SeriesWriter writer;
  private final ProcessMeters meters;
  private final JournalReader reader;
  private final Decider decider;
  private final RuleStage rules;
  private final Maintenance maintenance;
  private final long startOffset;
  private final AtomicReference<@Nullable Pause> pause = new AtomicReference<>();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Retries retries = new Retries(stopping);

  private volatile Tally.Counts counts;
  private volatile long checkpointPosition;
  private volatile String broken = "";
  private long lastCheckpointNanos;
  private long batchMicros = -1;

  /**
   * @param startOffset the journal's end when arrivals began to be counted
   */
  Worker(
      ProcessParts parts,
      Partition partition,
      Stores stores,
      LiveFeed live,
      ProcessMeters meters,
      RuleCompiler compiler,
      RuleMeters ruleMeters,
      long startOffset) {
    this.parts = parts;
    this.partition = partition;
    this.stores = stores;
    this.meters = meters;
    this.startOffset = startOffset;
    this.writer = new SeriesWriter(parts.series(), parts.config(), parts.monotonicClock());
    this.decider =
        new Decider(parts, partition, stores, writer, live, meters, retries, startOffset);
    this.rules = new RuleStage(parts, partition, stores.outbox(), retries, compiler, ruleMeters);
    this.maintenance = new Maintenance(parts);
    this.reader = parts.journal().reader(partition.position);
    this.counts = partition.tally.counts(partition.position);
    this.checkpointPosition = partition.position;
    this.lastCheckpointNanos = parts.monotonicClock().nanos();
    parts.journal().release("process", partition.position);
  }

  Tally.Counts counts() {
    return counts;
  }

  /** Why it stands still, or what else an operator should know; empty when all is well. */
  String stalled() {
    if (!broken.isEmpty()) {
      return broken;
    }
    String failure = retries.failure();
    return failure.isEmpty() ? maintenance.concern() : failure;
  }

  long checkpointPosition() {
    return checkpointPosition;
  }

  void stop() {
    stopping.countDown();
  }

  /** Works until {@link #stop}, then commits and writes a last checkpoint. */
  void run() {
    try {
      if (parts.rebuildSeries()) {
        new SeriesRebuild(parts, writer, decider, retries, stopping)
            .upto(partition.position, this::commit);
      }
      while (stopping.getCount() > 0) {
        if (turn(IDLE) < FEW) {
          gather();
        }
        pauseIfAsked();
      }
      if (commit()) {
        checkpoint();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      broken = "stopped: " + e;
      LOG.log(Level.ERROR, "processing stopped", e);
    }
  }

  /** Has it done between two turns, when all that was processed is in a checkpoint. */
  void pause(Pause asked) {
    Pause before = pause.get();
    if ((before != null && !before.isOver()) || !pause.compareAndSet(before, asked)) {
      throw new VagusException(ErrorCode.BUSY, "processing: asked to pause already");
    }
  }

  private void pauseIfAsked() throws InterruptedException {
    Pause asked = pause.get();
    if (asked != null && commit()) {
      checkpoint();
      if (checkpointPosition == partition.position) {
        asked.run(parts.monotonicClock());
        pause.set(null);
      }
    }
  }

  /** At low rates to process by time spares a wake-up for each message. */
  private void gather() throws InterruptedException {
    var unused = stopping.await(GATHER_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** One batch, and what is due after it; how many records that were. */
  int turn(Duration wait) throws InterruptedException {
    batchMicros = -1;
    int records = reader.poll(BATCH, writer.untilCommit(wait), this::record);
    skipTo(reader.position());
    if (counts.position() != partition.position) {
      counts = partition.tally.counts(partition.position);
    }
    writer.behind(records == BATCH);
    if (!rules.forced(reader.position() >= parts.journal().endOffset())) {
      return records;
    }
    if (writer.wantsCommit() && !commit()) {
      return records;
    }
    if (checkpointDue()) {
      checkpoint();
    }
    if (writer.isCommitted() && maintenance.isDue()) {
      maintenance.run();
    }
    return records;
  }

  private void record(long offset, long timeMicros, byte[] array, int from, int length) {
    if (batchMicros < 0) {
      batchMicros = parts.wallClock().micros();
    }
    skipTo(offset);
    rules.begin(offset, timeMicros);
    switch (decode(offset, array, from, length)) {
      case Envelope envelope -> decide(offset, timeMicros, envelope);
      case Refusals refusals -> partition.tally.refused(refusals, offset >= startOffset);
      case Mark mark -> {
        partition.tally.noMessage(1);
        rules.marked(mark);
      }
      case null -> partition.tally.noMessage(1);
    }
    rules.end(offset);
    partition.position = offset + 1;
  }

  private void decide(long offset, long timeMicros, Envelope envelope) {
    long nowMicros = Math.max(batchMicros, envelope.receivedMicros());
    DeviceState state = decider.decide(offset, timeMicros, envelope, nowMicros);
    rules.heard(offset, timeMicros, envelope, state, decider.effects());
  }

  /** Records that the journal passed over count as no messages. */
  private void skipTo(long offset) {
    if (offset > partition.position) {
      LOG.log(
          Level.ERROR,
          "the journal cannot give back records {0} to {1}",
          partition.position,
          offset - 1);
      partition.tally.noMessage(offset - partition.position);
      partition.position = offset;
    }
  }

  static @Nullable JournalEntry decode(long offset, byte[] array, int from, int length) {
    try {
      return EnvelopeCodec.decode(array, from, length);
    } catch (VagusException e) {
      LOG.log(Level.ERROR, "journal record " + offset + " cannot be read", e);
      return null;
    }
  }

  /** Whether it succeeded; it is tried until it does or the processing stops. */
  private boolean commit() throws InterruptedException {
    if (!retries.untilDone("series", writer::commit)) {
      return false;
    }
    return retries.untilDone("traces", () -> stores.traces().stored(parts.wallClock().micros()));
  }

  private boolean checkpointDue() {
    return partition.position != checkpointPosition
        && writer.isCommitted()
        && parts.monotonicClock().nanos() - lastCheckpointNanos
            >= parts.config().checkpointEvery().toNanos();
  }

  /** All readings are committed. */
  private void checkpoint() throws InterruptedException {
    long beganNanos = parts.monotonicClock().nanos();
    Bytes changes = stores.frame();
    partition.writeChanges(changes);
    boolean written =
        retries.untilDone("traces", () -> stores.traces().stored(parts.wallClock().micros()))
            && retries.untilDone("records", stores::forceRecords)
            && retries.untilDone("checkpoint", () -> stores.checkpoints().append(changes));
    if (!written) {
      return;
    }
    checkpointPosition = partition.position;
    lastCheckpointNanos = parts.monotonicClock().nanos();
    parts.journal().release("process", checkpointPosition);
    stores.traces().removeBelow(parts.journal().startOffset());
    if (stores.checkpoints().wantsBase()) {
      retries.untilDone("checkpoint", () -> stores.checkpoints().rebase(partition::writeAll));
    }
    meters.checkpointed(parts.monotonicClock().nanos() - beganNanos);
  }

  @Override
  public void close() {
    reader.close();
  }

  static VagusException mismatch(long position, long end) {
    return new VagusException(
        ErrorCode.DATA_CORRUPT,
        "checkpoint: offset %d (expected: <= %d, the journal's end)".formatted(position, end));
  }
}
