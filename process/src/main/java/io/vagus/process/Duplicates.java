package io.vagus.process;

import io.vagus.kit.SnapshotFolder;
import io.vagus.ledger.Duplicate;
import io.vagus.ledger.DuplicateCause;
import io.vagus.ledger.MessageId;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import java.nio.file.Path;
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

  /**
   * @param gateway tells over which gateway the message at an offset came
   */
  Page<Duplicate> newest(
      Optional<DeviceId> device, long below, int limit, LongFunction<Optional<DeviceId>> gateway) {
    RecordLog.Part<Duplicate> part =
        log.newest(below, limit, content -> read(device, content, gateway));
    return new Page<>(
        part.items(),
        part.next() < 0 ? Optional.empty() : Optional.of(DeadLetters.cursor(part.next())));
  }

  private static @Nullable Duplicate read(
      Optional<DeviceId> device, Bytes content, LongFunction<Optional<DeviceId>> gateway) {
    content.rewind();
    long offset = content.getLong();
    DuplicateCause cause = DuplicateCause.values()[content.getByte()];
    long first = content.getLong();
    long receivedMicros = content.getLong();
    DeviceId of = new DeviceId(content.getText());
    if (device.isPresent() && !device.get().equals(of)) {
      return null;
    }
    return new Duplicate(
        of,
        new MessageId(offset).toString(),
        gateway.apply(offset),
        new MessageId(first).toString(),
        gateway.apply(first),
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
