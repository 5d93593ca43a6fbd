package io.vagus.process;

import io.vagus.kit.SnapshotFolder;
import io.vagus.ledger.Duplicate;
import io.vagus.ledger.Duplicate.Path;
import io.vagus.ledger.DuplicateCause;
import io.vagus.ledger.DuplicateFilter;
import io.vagus.ledger.MessageId;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import java.util.Optional;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Messages that came again. Thread-safe.
 *
 * <p>Record: {@code byte} cause, {@code long} offset of the first copy, {@code long} receive time,
 * text device.
 */
final class Duplicates implements AutoCloseable {
  private static final String FOLDER = "duplicates";

  private final RecordLog log;

  Duplicates(java.nio.file.Path folder, long maxBytes) {
    this.log = new RecordLog(folder.resolve(FOLDER), maxBytes);
  }

  void add(
      long offset, DeviceId device, DuplicateCause cause, long duplicateOf, long receivedMicros) {
    log.add(
        offset,
        out ->
            out.putByte(cause.ordinal())
                .putLong(duplicateOf)
                .putLong(receivedMicros)
                .putText(device.value()));
  }

  void force() {
    log.force();
  }

  /**
   * @param path tells how the message at an offset came
   */
  Page<Duplicate> newest(
      DuplicateFilter filter, long below, int limit, LongFunction<Optional<Path>> path) {
    RecordLog.Part<Duplicate> part =
        log.newest(below, limit, content -> read(filter, content, path));
    return new Page<>(
        part.items(),
        part.next() < 0 ? Optional.empty() : Optional.of(DeadLetters.cursor(part.next())));
  }

  private static @Nullable Duplicate read(
      DuplicateFilter filter, Bytes content, LongFunction<Optional<Path>> path) {
    content.rewind();
    long offset = content.getLong();
    DuplicateCause cause = DuplicateCause.values()[content.getByte()];
    long first = content.getLong();
    long receivedMicros = content.getLong();
    DeviceId of = new DeviceId(content.getText());
    if (!filter.matches(of, cause, receivedMicros)) {
      return null;
    }
    return new Duplicate(
        of,
        new MessageId(offset).toString(),
        path.apply(offset),
        new MessageId(first).toString(),
        path.apply(first),
        cause,
        receivedMicros);
  }

  void snapshot(SnapshotFolder to, String name) {
    log.snapshot(to, name + FOLDER);
  }

  @Override
  public void close() {
    log.close();
  }
}
