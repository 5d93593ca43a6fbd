package io.vagus.process;

import io.vagus.journal.JournalReader;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.ledger.Outcome;
import io.vagus.model.Envelope;
import io.vagus.model.JournalEntry;
import io.vagus.model.ProductModel;
import io.vagus.model.Reading;
import io.vagus.model.Refusals;
import io.vagus.watch.DeviceActivity;
import io.vagus.wire.EnvelopeCodec;
import io.vagus.wire.Sample;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One partition's loop: read the journal, decide, store, checkpoint. Confined to one thread, but
 * for {@link #counts}, {@link #stalled} and {@link #checkpointPosition}; to drop it at any moment
 * is a crash.
 *
 * <p>The order that makes a crash harmless: readings into the series, the series committed, then
 * dead letters, duplicates and traces forced, then state and position in one checkpoint, then the
 * journal released. A crash anywhere repeats messages from the last checkpoint, with the same
 * outcome, into stores where writing again changes nothing.
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
  private final LiveFeed live;
  private final ProcessMeters meters;
  private final JournalReader reader;
  private final Effects effects = new Effects();
  private final long startOffset;
  private final AtomicReference<@Nullable Pause> pause = new AtomicReference<>();
  private final CountDownLatch stopping = new CountDownLatch(1);

  private volatile Tally.Counts counts;
  private volatile long checkpointPosition;
  private volatile String stalled = "";
  private volatile String maintenanceFailure = "";
  private long lastCheckpointNanos;
  private long lastMaintenanceNanos;
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
      long startOffset) {
    this.parts = parts;
    this.partition = partition;
    this.stores = stores;
    this.live = live;
    this.meters = meters;
    this.startOffset = startOffset;
    this.writer = new SeriesWriter(parts.series(), parts.config(), parts.monotonicClock());
    this.reader = parts.journal().reader(partition.position);
    this.counts = partition.tally.counts(partition.position);
    this.checkpointPosition = partition.position;
    this.lastCheckpointNanos = parts.monotonicClock().nanos();
    this.lastMaintenanceNanos = lastCheckpointNanos;
    parts.journal().release("process", partition.position);
  }

  Tally.Counts counts() {
    return counts;
  }

  /** Why it stands still, or that the series is not maintained; empty when all is well. */
  String stalled() {
    return stalled.isEmpty() ? maintenanceFailure : stalled;
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
        rebuildSeries();
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
      stalled = "stopped: " + e;
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
    if (writer.wantsCommit() && !commit()) {
      return records;
    }
    if (checkpointDue()) {
      checkpoint();
    }
    maintain();
    return records;
  }

  /** Roll-ups and retention; what fails is tried again the next time, and holds up no message. */
  private void maintain() {
    long nowNanos = parts.monotonicClock().nanos();
    if (!writer.isCommitted()
        || nowNanos - lastMaintenanceNanos < parts.config().maintainEvery().toNanos()) {
      return;
    }
    try {
      parts.series().maintain(parts.wallClock().micros());
      maintenanceFailure = "";
    } catch (RuntimeException e) {
      if (maintenanceFailure.isEmpty()) {
        LOG.log(Level.ERROR, "the series cannot be maintained", e);
      }
      maintenanceFailure = "series maintenance: " + e.getMessage();
    }
    lastMaintenanceNanos = parts.monotonicClock().nanos();
  }

  private void record(long offset, long timeMicros, byte[] array, int from, int length) {
    if (batchMicros < 0) {
      batchMicros = parts.wallClock().micros();
    }
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
          Level.ERROR,
          "the journal cannot give back records {0} to {1}",
          partition.position,
          offset - 1);
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
    DeviceState state = partition.apply(offset, timeMicros, envelope, model(envelope), effects);
    partition.tally.decided(envelope.transport(), effects, offset >= startOffset);
    meters.decided(envelope, effects);
    report(state.activity, envelope);
    for (Reading reading : effects.readings) {
      writer.add(reading);
      live.publish(reading);
    }
    long nowMicros = Math.max(batchMicros, envelope.receivedMicros());
    long previousOffset = state.passed(offset);
    untilKept(() -> keep(offset, envelope, state.key, previousOffset, nowMicros));
    if (effects.outcome == Outcome.DEAD_LETTERED) {
      parts.errors().refused(envelope.device(), envelope.gateway(), effects.reason, effects.why);
    }
  }

  private void report(DeviceActivity activity, Envelope envelope) {
    activity.message(envelope.receivedMicros(), envelope.payload().length);
    long deliveryMicros = effects.deliveryMicros(envelope);
    if (deliveryMicros != Sample.ABSENT) {
      activity.delivered(envelope.receivedMicros(), deliveryMicros);
    }
    if (effects.outcome == Outcome.DEAD_LETTERED) {
      activity.error(envelope.receivedMicros());
    } else if (effects.cause != null) {
      activity.duplicate(envelope.receivedMicros());
    }
  }

  /** Doing it again changes nothing. */
  private void keep(
      long offset, Envelope envelope, long deviceKey, long previousOffset, long nowMicros) {
    stores
        .traces()
        .add(
            offset, deviceKey, previousOffset, envelope.transport(), effects, nowMicros, nowMicros);
    if (effects.outcome == Outcome.DEAD_LETTERED) {
      stores.deadLetters().add(offset, envelope, effects);
    } else if (effects.cause != null) {
      stores
          .duplicates()
          .add(
              offset,
              envelope.device(),
              effects.cause,
              effects.duplicateOf,
              envelope.receivedMicros());
    }
  }

  /** As {@link #untilDone}, amid a message: to stop there is a crash, so that it is read again. */
  private void untilKept(Runnable action) {
    try {
      if (!untilDone("records", action)) {
        throw new IllegalStateException("stopped while records cannot be written: " + stalled);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while records cannot be written", e);
    }
  }

  private Optional<ProductModel> model(Envelope envelope) {
    Optional<ProductModel> model =
        parts.registry().model(envelope.product(), envelope.modelVersion());
    return model.isEmpty() && envelope.product().equals(ProductModel.OPEN.id())
        ? Optional.of(ProductModel.OPEN)
        : model;
  }

  /** Whether it succeeded; it is tried until it does or the processing stops. */
  private boolean commit() throws InterruptedException {
    if (!untilDone("series", writer::commit)) {
      return false;
    }
    return untilDone("traces", () -> stores.traces().stored(parts.wallClock().micros()));
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
        untilDone("traces", () -> stores.traces().stored(parts.wallClock().micros()))
            && untilDone("records", stores::forceRecords)
            && untilDone("checkpoint", () -> stores.checkpoints().append(changes));
    if (!written) {
      return;
    }
    checkpointPosition = partition.position;
    lastCheckpointNanos = parts.monotonicClock().nanos();
    parts.journal().release("process", checkpointPosition);
    stores.traces().removeBelow(parts.journal().startOffset());
    if (stores.checkpoints().wantsBase()) {
      untilDone("checkpoint", () -> stores.checkpoints().rebase(partition::writeAll));
    }
    meters.checkpointed(parts.monotonicClock().nanos() - beganNanos);
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
    Partition past = new Partition(ProcessLimits.of(parts.config()), parts.watch());
    try (JournalReader all = parts.journal().reader(parts.journal().startOffset())) {
      while (all.position() < partition.position) {
        if (stopping.getCount() == 0 || (writer.wantsCommit() && !commit())) {
          return;
        }
        int wanted = (int) Math.min(BATCH, partition.position - all.position());
        all.poll(
            wanted,
            IDLE,
            (offset, time, array, from, length) -> {
              if (decode(offset, array, from, length) instanceof Envelope envelope) {
                past.apply(offset, time, envelope, model(envelope), effects);
                effects.readings.forEach(writer::add);
              }
            });
      }
    }
    if (commit() && untilDone("series", parts.seriesRebuilt())) {
      LOG.log(Level.INFO, "the series is rebuilt");
    }
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
