package io.vagus.process;

import io.vagus.kit.SnapshotFolder;
import io.vagus.ledger.MessageFilter;
import io.vagus.ledger.MessageId;
import io.vagus.ledger.Note;
import io.vagus.model.Channel;
import io.vagus.model.DeviceId;
import io.vagus.model.Envelope;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What devices say happened, and their log lines, as they came. Thread-safe.
 *
 * <p>Record: {@code byte} channel, {@code long} receive time, text device, the payload.
 */
final class Notes implements AutoCloseable {
  static final Set<Channel> CHANNELS = EnumSet.of(Channel.EVENTS, Channel.LOGS);

  private static final String FOLDER = "notes";
  private static final int TRAILER_BYTES = 4;

  /** Messages are received in the order of their offsets but for so much. */
  private static final long DISORDER_MICROS = 3_600_000_000L;

  private final RecordLog log;

  Notes(Path folder, long maxBytes) {
    this.log = new RecordLog(folder.resolve(FOLDER), maxBytes);
  }

  void add(long offset, Envelope envelope) {
    byte[] payload = envelope.payload();
    log.add(
        offset,
        out ->
            out.putByte(envelope.channel().ordinal())
                .putLong(envelope.receivedMicros())
                .putText(envelope.device().value())
                .putBytes(payload, 0, payload.length));
  }

  void force() {
    log.force();
  }

  /** Newest first. */
  List<Note> newest(MessageFilter filter, Channel channel, int limit) {
    return log.newest(
            Long.MAX_VALUE,
            limit,
            content -> read(filter, channel, content),
            content -> isBefore(filter, content))
        .items();
  }

  private static boolean isBefore(MessageFilter filter, Bytes content) {
    content.rewind();
    content.getLong();
    content.getByte();
    return content.getLong() < filter.fromMicros() - DISORDER_MICROS;
  }

  private static @Nullable Note read(MessageFilter filter, Channel wanted, Bytes content) {
    content.rewind();
    long offset = content.getLong();
    Channel channel = Channel.ofOrdinal(content.getByte());
    long receivedMicros = content.getLong();
    if (channel != wanted
        || !filter.holds(receivedMicros)
        || !content.getText().equals(filter.device().value())) {
      return null;
    }
    byte[] payload = content.getBytes(content.remaining() - TRAILER_BYTES);
    DeviceId device = filter.device();
    return new Note(new MessageId(offset).toString(), device, channel, receivedMicros, payload);
  }

  void snapshot(SnapshotFolder to, String name) {
    log.snapshot(to, name + FOLDER);
  }

  @Override
  public void close() {
    log.close();
  }
}
