package io.vagus.journal;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The directory's file {@code lock}: held by the process that has the journal open, and the place
 * of the journal's random id, which every segment repeats should the file be lost.
 */
final class DirectoryLock implements AutoCloseable {
  private static final Pattern CONTENT = Pattern.compile("vagus-journal 1 ([0-9a-f]{16})\n");

  /** A process loses its lock when it closes any channel on the file, so it must not open two. */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path realDir;
  private final FileChannel channel;
  private final long journalId;

  private DirectoryLock(Path realDir, FileChannel channel, long journalId) {
    this.realDir = realDir;
    this.channel = channel;
    this.journalId = journalId;
  }

  static DirectoryLock acquire(Path dir) throws IOException {
    Path realDir = dir.toRealPath();
    if (!HELD.add(realDir)) {
      throw inUse(realDir);
    }
    try {
      return acquireFile(realDir);
    } catch (IOException | RuntimeException e) {
      HELD.remove(realDir);
      throw e;
    }
  }

  private static DirectoryLock acquireFile(Path realDir) throws IOException {
    FileChannel channel =
        FileChannel.open(
            realDir.resolve("lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw inUse(realDir);
      }
      return new DirectoryLock(realDir, channel, identify(channel, realDir));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static VagusException inUse(Path dir) {
    return new VagusException(
        ErrorCode.DATA_LOCKED,
        "journal "
            + dir
            + " is in use by another process: stop that one, or choose another data directory");
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
    if (!channel.isOpen()) {
      return;
    }
    try {
      channel.close();
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "releasing the journal's lock", e);
    } finally {
      HELD.remove(realDir);
    }
  }
}
