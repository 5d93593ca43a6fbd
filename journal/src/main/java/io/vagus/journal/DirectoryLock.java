package io.vagus.journal;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The directory's file {@code lock}: held by the process that has the journal open, and the place
 * of the journal's random id, which every segment repeats should the file be lost.
 */
final class DirectoryLock implements AutoCloseable {
  private static final Pattern CONTENT = Pattern.compile("vagus-journal 1 ([0-9a-f]{16})\n");

  private final FileChannel channel;
  private final long journalId;

  private DirectoryLock(FileChannel channel, long journalId) {
    this.channel = channel;
    this.journalId = journalId;
  }

  static DirectoryLock acquire(Path dir) throws IOException {
    FileChannel channel =
        FileChannel.open(
            dir.resolve("lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    try {
      if (!locked(channel)) {
        throw new VagusException(
            ErrorCode.DATA_LOCKED,
            "journal "
                + dir.toAbsolutePath()
                + " is in use by another process: stop that one, or choose another data directory");
      }
      return new DirectoryLock(channel, identify(channel, dir));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static long identify(FileChannel channel, Path dir) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(64);
    while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) > 0) {}
    Matcher content =
        CONTENT.matcher(new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII));
    if (content.matches()) {
      return Long.parseUnsignedLong(content.group(1), 16);
    }
    Long known = idOfSegments(dir);
    long id = known == null ? new SecureRandom().nextLong() : known;
    String line = "vagus-journal 1 " + String.format("%016x", id) + "\n";
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII)), 0);
    channel.force(true);
    SegmentStore.syncDirectory(dir);
    return id;
  }

  private static @Nullable Long idOfSegments(Path dir) throws IOException {
    for (long base : Recovery.bases(dir)) {
      BlockCodec.SegmentHeader header = Recovery.readHeader(Segment.path(dir, base));
      if (header != null) {
        return header.journalId();
      }
    }
    return null;
  }

  long journalId() {
    return journalId;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "releasing the journal's lock", e);
    }
  }
}
