package io.vagus.process;

import java.nio.file.Path;
import java.util.function.Consumer;

/** The files that the processing keeps beside the series. */
record Stores(
    Checkpoints checkpoints,
    TraceLog traces,
    DeadLetters deadLetters,
    Duplicates duplicates,
    Bytes buffer)
    implements AutoCloseable {

  /** Opens all, and hands over the frames of the last state. */
  static Stores open(Path folder, ProcessConfig config, Consumer<Bytes> frames) {
    return new Stores(
        Checkpoints.open(folder.resolve("state"), frames),
        new TraceLog(folder.resolve("traces")),
        new DeadLetters(folder, config.deadLetterBytes().bytes()),
        new Duplicates(folder, config.duplicateBytes().bytes()),
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
  }

  @Override
  public void close() {
    duplicates.close();
    deadLetters.close();
    traces.close();
    checkpoints.close();
  }
}
