package io.vagus.process;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A file of frames: {@code int length}, {@code int crc32c} of what follows, the content, little
 * endian. It ends where the first frame is torn. One thread writes.
 */
final class FrameFile implements AutoCloseable {
  static final int HEADER_BYTES = 8;
  private static final int MAX_FRAME_BYTES = 1 << 30;

  /** Receives one frame. */
  @FunctionalInterface
  interface Visitor {
    void frame(long position, Bytes content);
  }

  private final Path path;
  private final FileChannel channel;
  private long end;

  private FrameFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /** Opens or creates, hands over all whole frames, and cuts off what is torn behind them. */
  static FrameFile open(Path path, Visitor visitor) {
    try {
      FileChannel channel =
          FileChannel.open(
              path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      FrameFile file = new FrameFile(path, channel);
      file.end = file.scan(visitor);
      if (channel.size() > file.end) {
        channel.truncate(file.end);
      }
      return file;
    } catch (IOException e) {
      throw failed(path, e);
    }
  }

  /** Opens a file that was forced when it was complete, without reading it. */
  static FrameFile openComplete(Path path) {
    try {
      FrameFile file =
          new FrameFile(
              path, FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE));
      file.end = file.channel.size();
      return file;
    } catch (IOException e) {
      throw failed(path, e);
    }
  }

  /** Hands over all whole frames of a file that is not to be written; answers where they end. */
  static long read(Path path, Visitor visitor) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return new FrameFile(path, channel).scan(visitor);
    }
  }

  private long scan(Visitor visitor) throws IOException {
    long position = 0;
    Bytes content;
    while ((content = read(position)) != null) {
      visitor.frame(position, content);
      position += HEADER_BYTES + content.capacity();
    }
    return position;
  }

  /** The frame at a position, or null when there is no whole one. */
  @Nullable Bytes read(long position) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    if (!readFully(header, position)) {
      return null;
    }
    int length = header.getInt(0);
    if (length <= 0 || length > MAX_FRAME_BYTES || position + length > channel.size()) {
      return null;
    }
    ByteBuffer content = ByteBuffer.allocate(length);
    if (!readFully(content, position + HEADER_BYTES)
        || crc(content.array(), 0, length) != header.getInt(4)) {
      return null;
    }
    return Bytes.wrap(content.array(), 0, length);
  }

  int readInt(long position) {
    ByteBuffer four = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    try {
      if (!readFully(four, position)) {
        throw new IOException("too short for byte " + position);
      }
      return four.getInt(0);
    } catch (IOException e) {
      throw failed(path, e);
    }
  }

  private boolean readFully(ByteBuffer target, long position) throws IOException {
    long at = position;
    while (target.hasRemaining()) {
      int n = channel.read(target, at);
      if (n < 0) {
        return false;
      }
      at += n;
    }
    return true;
  }

  /** Appends one frame; {@link #force} makes it durable. */
  long append(Bytes content) {
    int length = content.position();
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(length).putInt(crc(content.array(), 0, length)).flip();
    try {
      long position = end;
      writeFully(header, position);
      writeFully(ByteBuffer.wrap(content.array(), 0, length), position + HEADER_BYTES);
      end = position + HEADER_BYTES + length;
      return position;
    } catch (IOException e) {
      throw failed(path, e);
    }
  }

  private void writeFully(ByteBuffer source, long position) throws IOException {
    long at = position;
    while (source.hasRemaining()) {
      at += channel.write(source, at);
    }
  }

  void force() {
    try {
      channel.force(false);
    } catch (IOException e) {
      throw failed(path, e);
    }
  }

  long sizeBytes() {
    return end;
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw failed(path, e);
    }
  }

  private static int crc(byte[] array, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(array, from, length);
    return (int) crc.getValue();
  }

  static VagusException failed(Path path, IOException e) {
    return new VagusException(ErrorCode.IO_FAILED, path + ": " + e.getMessage(), e);
  }
}
