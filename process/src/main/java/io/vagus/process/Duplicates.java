package io.vagus.process;

import io.vagus.kit.SnapshotFolder;
import io.vagus.ledger.Duplicate;
import io.vagus.ledger.DuplicateCause;
import io.vagus.ledger.MessageId;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import java.nio.file.Path;
import java.util.Optional;
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

  Duplicates(Path folder, long maxBytes) {
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

  Page<Duplicate> newest(Optional<DeviceId> device, long below, int limit) {
    RecordLog.Part<Duplicate> part = log.newest(below, limit, content -> read(device, content));
    return new Page<>(
        part.items(),
        part.next() < 0 ? Optional.empty() : Optional.of(DeadLetters.cursor(part.next())));
  }

  private static @Nullable Duplicate read(Optional<DeviceId> device, Bytes content) {
    content.rewind();
    String id = new MessageId(content.getLong()).toString();
    DuplicateCause cause = DuplicateCause.values()[content.getByte()];
    String first = new MessageId(content.getLong()).toString();
    long receivedMicros = content.getLong();
    DeviceId of = new DeviceId(content.getText());
    return device.isEmpty() || device.get().equals(of)
        ? new Duplicate(of, id, first, cause, receivedMicros)
        : null;
  }

  void snapshot(SnapshotFolder to, String name) {
    log.snapshot(to, name + FOLDER);
  }

  @Override
  public void close() {
    log.close();
  }
}
