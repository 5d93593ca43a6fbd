package io.vagus.process;

import io.vagus.kit.SnapshotFolder;
import java.nio.file.Path;
import java.util.function.Consumer;

/** The files that the processing keeps beside the series. */
record Stores(
    Checkpoints checkpoints,
    TraceLog traces,
    DeadLetters deadLetters,
    Duplicates duplicates,
    Notes notes,
    ReportedHistory reportedHistory,
    OutboxLog outbox,
    Bytes buffer)
    implements AutoCloseable {

  private static final String STATE = "state";
  private static final String TRACES = "traces";

  /** Opens all, and hands over the frames of the last state. */
  static Stores open(Path folder, ProcessConfig config, Consumer<Bytes> frames) {
    return new Stores(
        Checkpoints.open(folder.resolve(STATE), frames),
        new TraceLog(folder.resolve(TRACES)),
        new DeadLetters(folder, config.deadLetterBytes().bytes()),
        new Duplicates(folder, config.duplicateBytes().bytes()),
        new Notes(folder, config.noteBytes().bytes()),
        new ReportedHistory(folder, config.reportedHistoryBytes().bytes()),
        new OutboxLog(folder, config.outboxBytes().bytes()),
        Bytes.ofCapacity(1 << 16));
  }

  /** An empty buffer to write the next checkpoint into. */
  Bytes frame() {
    buffer.clear();
    return buffer;
  }

  void forceRecords() {
    traces.force();
    deadLetters.force();
    duplicates.force();
    notes.force();
    reportedHistory.force();
    outbox.force();
  }

  /** Keeps all as of the last checkpoint. On the processing thread, with nothing added since. */
  void snapshot(SnapshotFolder to, String name) {
    checkpoints.snapshot(to, name + STATE);
    traces.snapshot(to, name + TRACES);
    deadLetters.snapshot(to, name);
    duplicates.snapshot(to, name);
    notes.snapshot(to, name);
    reportedHistory.snapshot(to, name);
    outbox.snapshot(to, name);
  }

  @Override
  public void close() {
    outbox.close();
    notes.close();
    reportedHistory.close();
    duplicates.close();
    deadLetters.close();
    traces.close();
    checkpoints.close();
  }
}
