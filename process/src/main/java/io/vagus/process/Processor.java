package io.vagus.process;

import io.vagus.journal.JournalReader;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.ledger.Ledger;
import io.vagus.ledger.Outcome;
import io.vagus.model.Envelope;
import io.vagus.model.JournalEntry;
import io.vagus.model.ProductModel;
import io.vagus.model.Reading;
import io.vagus.model.Refusals;
import io.vagus.series.LatestReadings;
import io.vagus.series.LiveReadings;
import io.vagus.wire.EnvelopeCodec;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads the journal, decides what becomes of each message, and hands the readings on. One thread of
 * its own writes all state; what others ask for is thread-safe.
 *
 * <p>The order that makes a crash harmless: readings into the series, the series committed, then
 * state and position in one checkpoint, then the journal released. A crash anywhere repeats
 * messages from the last checkpoint, with the same outcome, into stores where writing again changes
 * nothing.
 *
 * <p>Start it after the journal is open and before the first listener takes a message.
 */
public final class Processor implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Processor.class.getName());
  private static final int BATCH = 1000;
  private static final Duration IDLE = Duration.ofMillis(200);

  private final ProcessParts parts;
  private final Partition partition;
  private final Checkpoints checkpoints;
  private final SeriesWriter writer;
  private final LiveFeed live;
  private final Effects effects = new Effects();
  private final Bytes frame = Bytes.ofCapacity(1 << 16);
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final long startOffset;
  private final Thread thread;
  private final ProcessLedger ledger;

  private volatile Tally.Counts counts;
  private volatile long checkpointPosition;
  private volatile String stalled = "";
  private long lastCheckpointNanos;

  /** Loads the state and starts to process. DATA_CORRUPT when state and journal do not fit. */
  public static Processor start(ProcessParts parts) {
    Processor processor = new Processor(parts);
    processor.thread.start();
    return processor;
  }

  private Processor(ProcessParts parts) {
    this.parts = parts;
    this.partition = new Partition(ProcessLimits.of(parts.config()));
    this.checkpoints = Checkpoints.open(parts.folder().resolve("state"), partition::read);
    this.startOffset = parts.journal().endOffset();
    if (partition.position > startOffset) {
      throw new VagusException(
          ErrorCode.DATA_CORRUPT,
          "checkpoint: offset %d (expected: <= %d, the journal's end)"
              .formatted(partition.position, startOffset));
    }
    this.counts = partition.tally.counts(partition.position);
    this.checkpointPosition = partition.position;
    this.lastCheckpointNanos = parts.monotonicClock().nanos();
    this.writer = new SeriesWriter(parts.series(), parts.config(), parts.monotonicClock());
    this.live = new LiveFeed(parts.config().liveQueue());
    this.ledger =
        new ProcessLedger(
            new BalanceSheet(parts.journal(), parts.arrivals(), () -> counts, startOffset),
            partition);
    parts.journal().release("process", partition.position);
    this.thread = Thread.ofPlatform().name("process-0").unstarted(this::run);
  }

  public Ledger ledger() {
    return ledger;
  }

  public LiveReadings live() {
    return live;
  }

  public LatestReadings latest() {
    return device -> partition.device(device).map(DeviceState::latest).orElse(List.of());
  }

  public ProcessHealth health() {
    long position = counts.position();
    return new ProcessHealth(
        stalled,
        position,
        Math.max(0, parts.journal().endOffset() - position),
        partition.deviceCount(),
        checkpointPosition);
  }

  /** Finishes what was read, writes a last checkpoint, and stops. */
  @Override
  public void close() {
    stopping.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    checkpoints.close();
  }

  private void run() {
    try {
      if (parts.rebuildSeries()) {
        rebuildSeries();
      }
      try (JournalReader reader = parts.journal().reader(partition.position)) {
        while (stopping.getCount() > 0) {
          reader.poll(BATCH, writer.untilCommit(IDLE), this::record);
          finishBatch(reader.position());
          if (writer.wantsCommit()) {
            commit();
          }
          if (checkpointDue()) {
            checkpoint();
          }
        }
      }
      if (commit()) {
        checkpoint();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      stalled = "stopped: " + e;
      LOG.log(Level.ERROR, "processing stopped", e);
    }
  }

  private void record(long offset, long timeMicros, byte[] array, int from, int length) {
    skipTo(offset);
    switch (decode(offset, array, from, length)) {
      case Envelope envelope -> process(offset, timeMicros, envelope);
      case Refusals refusals -> partition.tally.refused(refusals, offset >= startOffset);
      case null -> partition.tally.unreadable(1);
    }
    partition.position = offset + 1;
  }

  /** Records that the journal passed over count as no messages. */
  private void skipTo(long offset) {
    if (offset > partition.position) {
      LOG.log(
          Level.ERROR, "the journal cannot give back {0} to {1}", partition.position, offset - 1);
      partition.tally.unreadable(offset - partition.position);
      partition.position = offset;
    }
  }

  private static @Nullable JournalEntry decode(long offset, byte[] array, int from, int length) {
    try {
      return EnvelopeCodec.decode(array, from, length);
    } catch (VagusException e) {
      LOG.log(Level.ERROR, "journal record " + offset + " cannot be read", e);
      return null;
    }
  }

  private void process(long offset, long timeMicros, Envelope envelope) {
    partition.apply(offset, timeMicros, envelope, model(envelope), effects);
    partition.tally.decided(envelope.transport(), effects, offset >= startOffset);
    for (Reading reading : effects.readings) {
      writer.add(reading);
      live.publish(reading);
    }
    if (effects.outcome == Outcome.DEAD_LETTERED) {
      parts.errors().refused(envelope.device(), effects.reason, effects.why);
    }
  }

  private Optional<ProductModel> model(Envelope envelope) {
    Optional<ProductModel> model =
        parts.registry().model(envelope.product(), envelope.modelVersion());
    return model.isEmpty() && envelope.product().equals(ProductModel.OPEN.id())
        ? Optional.of(ProductModel.OPEN)
        : model;
  }

  private void finishBatch(long readerPosition) {
    skipTo(readerPosition);
    if (counts.position() != partition.position) {
      counts = partition.tally.counts(partition.position);
    }
  }

  /** Whether it succeeded; it is tried until it does or the processing stops. */
  private boolean commit() throws InterruptedException {
    return untilDone("series", writer::commit);
  }

  private boolean checkpointDue() {
    return partition.position != checkpointPosition
        && writer.isCommitted()
        && parts.monotonicClock().nanos() - lastCheckpointNanos
            >= parts.config().checkpointEvery().toNanos();
  }

  private void checkpoint() throws InterruptedException {
    frame.clear();
    partition.writeChanges(frame);
    if (!untilDone("checkpoint", () -> checkpoints.append(frame))) {
      return;
    }
    checkpointPosition = partition.position;
    lastCheckpointNanos = parts.monotonicClock().nanos();
    parts.journal().release("process", checkpointPosition);
    if (checkpoints.wantsBase()) {
      checkpoints.rebase(partition::writeAll);
    }
  }

  /** Stands still, and says why, while a store fails: the journal keeps what comes meanwhile. */
  private boolean untilDone(String what, Runnable action) throws InterruptedException {
    for (long waitMillis = 50; ; waitMillis = Math.min(waitMillis * 2, 2000)) {
      try {
        action.run();
        if (!stalled.isEmpty()) {
          LOG.log(Level.INFO, "processing goes on");
          stalled = "";
        }
        return true;
      } catch (RuntimeException e) {
        if (stalled.isEmpty()) {
          LOG.log(Level.ERROR, "processing stands still: " + what + " failed", e);
        }
        stalled = what + ": " + e.getMessage();
      }
      if (stopping.await(waitMillis, TimeUnit.MILLISECONDS)) {
        return false;
      }
    }
  }

  /** Writes all that the journal holds into the series again, counting nothing. */
  private void rebuildSeries() throws InterruptedException {
    LOG.log(Level.INFO, "rebuilding the series from the journal");
    Partition past = new Partition(ProcessLimits.of(parts.config()));
    try (JournalReader reader = parts.journal().reader(parts.journal().startOffset())) {
      while (stopping.getCount() > 0 && reader.position() < partition.position) {
        int wanted = (int) Math.min(BATCH, partition.position - reader.position());
        int read =
            reader.poll(
                wanted,
                IDLE,
                (offset, time, array, from, length) -> {
                  if (decode(offset, array, from, length) instanceof Envelope envelope) {
                    past.apply(offset, time, envelope, model(envelope), effects);
                    effects.readings.forEach(writer::add);
                  }
                });
        if (read == 0 || (writer.wantsCommit() && !commit())) {
          break;
        }
      }
    }
    if (commit()) {
      LOG.log(Level.INFO, "the series is rebuilt");
    }
  }
}
