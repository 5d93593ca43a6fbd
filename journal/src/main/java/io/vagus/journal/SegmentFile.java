package io.vagus.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The writing side of a file, narrow so that tests can let a disk fail. One thread owns it. */
interface SegmentFile extends Closeable {

  /** Opens files for writing, creating those that are missing. */
  @FunctionalInterface
  interface Opener {
    SegmentFile open(Path path) throws IOException;
  }

  /** Writes all that remains in the buffer. */
  void write(ByteBuffer bytes, long position) throws IOException;

  /** fdatasync: content, and the size where it changed. */
  void force() throws IOException;

  void truncate(long size) throws IOException;

  long size() throws IOException;

  static SegmentFile open(Path path) throws IOException {
    return new OnChannel(
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE));
  }

  /** A real file. */
  record OnChannel(FileChannel channel) implements SegmentFile {
    @Override
    public void write(ByteBuffer bytes, long position) throws IOException {
      long at = position;
      while (bytes.hasRemaining()) {
        at += channel.write(bytes, at);
      }
    }

    @Override
    public void force() throws IOException {
      channel.force(false);
    }

    @Override
    public void truncate(long size) throws IOException {
      channel.truncate(size);
    }

    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
