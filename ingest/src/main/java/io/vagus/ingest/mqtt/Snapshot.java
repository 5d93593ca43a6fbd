package io.vagus.ingest.mqtt;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * The state of the sessions journal up to an offset, as one file: {@code int magic}, {@code int
 * crc32c} of all that follows, {@code long offset}, then events, each an {@code int} length and its
 * bytes; little endian. Written beside, forced, and put in place at once, so that there is always a
 * whole one.
 */
final class Snapshot {
  private static final int MAGIC = 0x53_4D_56_31; // "1VMS" in the file
  private static final int HEADER_BYTES = 16;

  private Snapshot() {}

  /** Events in the file's form, after room for its header. */
  static ByteBuffer encode(Iterable<SessionEvent> events) {
    ByteBuffer out = newBuffer(64 << 10);
    out.position(HEADER_BYTES);
    for (SessionEvent event : events) {
      int max = 4 + SessionEventCodec.maxBytes(event);
      if (out.remaining() < max) {
        long size = Math.max(2L * out.capacity(), (long) out.position() + max);
        ByteBuffer larger = newBuffer((int) Math.min(Integer.MAX_VALUE - 8, size));
        larger.put(out.flip());
        out = larger;
      }
      int at = out.position();
      SessionEventCodec.encode(event, out.position(at + 4));
      out.putInt(at, out.position() - at - 4);
    }
    return out.flip();
  }

  private static ByteBuffer newBuffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Writes the file.
   *
   * @param content of {@link #encode}
   * @param offset first record of the journal that it does not hold
   */
  static void write(Path file, ByteBuffer content, long offset) throws IOException {
    content.putLong(8, offset);
    content.putInt(0, MAGIC);
    content.putInt(4, crc(content));
    Path beside = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            beside,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      while (content.hasRemaining()) {
        channel.write(content);
      }
      channel.force(true);
    }
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
        directory.force(true);
      }
    }
  }

  private static int crc(ByteBuffer content) {
    CRC32C crc = new CRC32C();
    crc.update(content.duplicate().position(8));
    return (int) crc.getValue();
  }

  /**
   * Reads the file; DATA_CORRUPT when it is not whole.
   *
   * @return the offset from which the journal goes on; empty when there is no file
   */
  static Optional<Long> read(Path file, Consumer<SessionEvent> events) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      if (in.remaining() < HEADER_BYTES || in.getInt(0) != MAGIC || in.getInt(4) != crc(in)) {
        throw new VagusException(ErrorCode.DATA_CORRUPT, "sessions snapshot " + file);
      }
      in.position(HEADER_BYTES);
      while (in.hasRemaining()) {
        int length = in.getInt();
        ByteBuffer event = in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        events.accept(SessionEventCodec.decode(event));
        in.position(in.position() + length);
      }
      return Optional.of(in.getLong(8));
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "sessions snapshot " + file, e);
    }
  }

  /** Puts a broken file aside. */
  static void quarantine(Path file) throws IOException {
    Path aside = file.resolveSibling(file.getFileName() + ".corrupt");
    Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
  }

  /** What the events of a whole state are. */
  static List<SessionEvent> events(BrokerState state) {
    return new StateEvents(state).all();
  }
}
