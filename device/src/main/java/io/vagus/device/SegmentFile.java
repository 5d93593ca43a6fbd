package io.vagus.device;

import io.vagus.device.mqtt.Outgoing;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A file of messages of one lane, in order. A random access file, since a channel closes when the
 * thread that uses it is interrupted. Confined to the store's lock.
 *
 * <pre>
 * record: length (4) | CRC32C of what follows (4) | number (8) | sequence (8)
 *         | length (1) and topic | length (1) and message id | payload
 * </pre>
 */
final class SegmentFile {
  private static final int HEAD_BYTES = 8;
  private static final int LEAST_BYTES = 18;
  private static final int MAX_RECORD_BYTES = 1 << 24;

  private final Path path;
  private final RandomAccessFile file;
  private final int lane;
  private long size;
  private long lastNumber;

  /** Messages in it, and how many of them were taken or done. */
  int count;

  int taken;

  /** A message, and where the next one is. */
  record Entry(Outgoing message, long sequence, long end) {}

  private SegmentFile(Path path, int lane) throws IOException {
    this.path = path;
    this.file = new RandomAccessFile(path.toFile(), "rw");
    this.lane = lane;
  }

  static SegmentFile create(Path folder, int lane, long first, boolean synced) throws IOException {
    SegmentFile segment =
        new SegmentFile(
            folder.resolve(String.format(Locale.ROOT, "%d-%019d.segment", lane, first)), lane);
    if (synced) {
      syncEntries(folder);
    }
    return segment;
  }

  /** Only a channel can, and an interrupted thread closes it. */
  static void syncEntries(Path folder) throws IOException {
    boolean interrupted = Thread.interrupted();
    try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
      entries.force(true);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Reads all of it; what is torn at its end is cut off.
   *
   * @param done all messages up to that number are
   * @param tally hears of the highest numbers, of what is kept, and of damage
   */
  static SegmentFile open(Path path, int lane, long done, Tally tally) throws IOException {
    SegmentFile segment = new SegmentFile(path, lane);
    segment.size = segment.file.length();
    long position = 0;
    Entry entry = segment.read(position);
    while (entry != null) {
      position = entry.end();
      segment.count++;
      segment.lastNumber = entry.message().number();
      segment.taken += segment.lastNumber <= done ? 1 : 0;
      tally.number = Math.max(tally.number, segment.lastNumber);
      tally.sequence = Math.max(tally.sequence, entry.sequence());
      entry = segment.read(position);
    }
    tally.kept += segment.count - segment.taken;
    if (position < segment.size) {
      tally.damaged += segment.isWhole(position) ? 1 : 0;
      segment.cut(position);
    }
    return segment;
  }

  /** Whether a record is there in its full length: then it was not torn when it was written. */
  private boolean isWhole(long position) throws IOException {
    byte[] head = bytes(position, HEAD_BYTES);
    return head.length == HEAD_BYTES
        && position + HEAD_BYTES + ByteBuffer.wrap(head).getInt() <= size;
  }

  long size() {
    return size;
  }

  long lastNumber() {
    return lastNumber;
  }

  static int bytes(Outgoing message) {
    return HEAD_BYTES
        + LEAST_BYTES
        + message.topic().length()
        + message.messageId().length()
        + message.payload().length;
  }

  /** What could not be written whole is taken back. */
  void append(Outgoing message, long sequence, boolean synced) throws IOException {
    try {
      byte[] record = encode(message, sequence);
      file.seek(size);
      file.write(record);
      if (synced) {
        file.getFD().sync();
      }
      size += record.length;
      count++;
      lastNumber = message.number();
    } catch (IOException e) {
      cut(size);
      throw e;
    }
  }

  private static byte[] encode(Outgoing message, long sequence) {
    byte[] topic = message.topic().getBytes(StandardCharsets.US_ASCII);
    byte[] id = message.messageId().getBytes(StandardCharsets.US_ASCII);
    ByteBuffer record = ByteBuffer.allocate(bytes(message));
    record.position(HEAD_BYTES);
    record.putLong(message.number()).putLong(sequence);
    record.put((byte) topic.length).put(topic).put((byte) id.length).put(id);
    record.put(message.payload());
    record.putInt(0, record.capacity() - HEAD_BYTES).putInt(4, checksum(record.array()));
    return record.array();
  }

  private static int checksum(byte[] record) {
    CRC32C crc = new CRC32C();
    crc.update(record, HEAD_BYTES, record.length - HEAD_BYTES);
    return (int) crc.getValue();
  }

  private void cut(long length) throws IOException {
    file.setLength(length);
    size = length;
  }

  /** The message there; null: none, or not as it was written. */
  @Nullable Entry read(long position) {
    try {
      byte[] head = position < size ? bytes(position, HEAD_BYTES) : new byte[0];
      int length = head.length == HEAD_BYTES ? ByteBuffer.wrap(head).getInt() : 0;
      if (length < LEAST_BYTES
          || length > MAX_RECORD_BYTES
          || position + HEAD_BYTES + length > size) {
        return null;
      }
      byte[] record = bytes(position, HEAD_BYTES + length);
      return record.length < HEAD_BYTES + length
              || checksum(record) != ByteBuffer.wrap(record).getInt(4)
          ? null
          : decode(ByteBuffer.wrap(record), position + record.length);
    } catch (IOException e) {
      return null; // a disk that does not give it back
    }
  }

  /** The checksum holds: so do the lengths. */
  private Entry decode(ByteBuffer record, long end) {
    record.position(HEAD_BYTES);
    long number = record.getLong();
    long sequence = record.getLong();
    String topic = text(record);
    String id = text(record);
    byte[] payload = new byte[record.remaining()];
    record.get(payload);
    return new Entry(new Outgoing(number, lane, topic, id, payload), sequence, end);
  }

  private static String text(ByteBuffer record) {
    byte[] bytes = new byte[record.get() & 0xFF];
    record.get(bytes);
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  /** Fewer when the file ends before. */
  private byte[] bytes(long position, int length) throws IOException {
    byte[] bytes = new byte[length];
    file.seek(position);
    int done = 0;
    int n = file.read(bytes, 0, length);
    while (n > 0) {
      done += n;
      n = file.read(bytes, done, length - done);
    }
    return done == length ? bytes : new byte[0];
  }

  /** What cannot be deleted is passed over after the next start: its messages are done. */
  void delete() {
    try {
      close();
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // As said.
    }
  }

  void close() throws IOException {
    file.close();
  }
}
