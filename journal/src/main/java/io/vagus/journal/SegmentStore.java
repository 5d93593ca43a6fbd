package io.vagus.journal;

import io.vagus.kit.WallClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Makes and removes the files of segments.
 *
 * <p>A segment is written with zeros, and synced, before its first record: commits then change no
 * metadata, so that fdatasync costs one write of the disk, and a full disk shows here and not in
 * the middle. The next one is prepared while the present one fills. Guarded by its own lock.
 */
final class SegmentStore {
  private static final int ZERO_CHUNK_BYTES = 1 << 20;
  private static final String SPARE = "spare";

  private final Path dir;
  private final SegmentFile.Opener files;
  private final long segmentBytes;
  private final long journalId;
  private final WallClock wall;

  SegmentStore(
      Path dir, SegmentFile.Opener files, long segmentBytes, long journalId, WallClock wall) {
    this.dir = dir;
    this.files = files;
    this.segmentBytes = segmentBytes;
    this.journalId = journalId;
    this.wall = wall;
  }

  long journalId() {
    return journalId;
  }

  Path dir() {
    return dir;
  }

  Path indexPath(Segment segment) {
    return Segment.indexPath(dir, segment.base());
  }

  SegmentFile open(Segment segment) throws IOException {
    return files.open(segment.path());
  }

  /** A new segment that has room for at least so many bytes of blocks; durable on return. */
  synchronized Segment create(long base, long leastBytes) throws IOException {
    long size = Math.max(segmentBytes, BlockCodec.SEGMENT_HEADER_BYTES + leastBytes);
    Path spare = dir.resolve(SPARE);
    if (!Files.exists(spare) || Files.size(spare) < size) {
      prepare(size);
    }
    long actual = Files.size(spare);
    BlockCodec.SegmentHeader header = BlockCodec.SegmentHeader.of(journalId, base, wall.micros());
    try (SegmentFile file = files.open(spare)) {
      file.write(header.encode(), 0);
      file.force();
    }
    Path path = Segment.path(dir, base);
    Files.deleteIfExists(Segment.indexPath(dir, base));
    Files.move(spare, path, StandardCopyOption.ATOMIC_MOVE);
    syncDirectory(dir);
    Segment.End end = new Segment.End(BlockCodec.SEGMENT_HEADER_BYTES, base);
    return new Segment(base, path, new SegmentIndex(), end, actual);
  }

  /** Makes the next segment's file in advance; nothing happens when it is there. */
  synchronized void prepareSpare() throws IOException {
    if (!Files.exists(dir.resolve(SPARE))) {
      prepare(segmentBytes);
    }
  }

  private void prepare(long size) throws IOException {
    long free = Files.getFileStore(dir).getUsableSpace();
    if (free < size) {
      throw new IOException(
          "No space left on device: " + free + " bytes free in " + dir + ", needed: " + size);
    }
    Path temporary = dir.resolve(SPARE + ".tmp");
    Files.deleteIfExists(temporary);
    try (SegmentFile file = files.open(temporary)) {
      zero(file, 0, size);
      file.force();
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
    Files.move(temporary, dir.resolve(SPARE), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Writes zeros, syncing now and then so that a commit of another file need not wait for all. */
  static void zero(SegmentFile file, long from, long to) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(ZERO_CHUNK_BYTES, to - from));
    for (long at = from; at < to; at += zeros.capacity()) {
      zeros.clear().limit((int) Math.min(zeros.capacity(), to - at));
      file.write(zeros, at);
      if ((at / ZERO_CHUNK_BYTES) % 4 == 3) {
        file.force();
      }
    }
  }

  /** Removes a segment's files, durably: an older one never comes back without a younger one. */
  void delete(Segment segment) throws IOException {
    Files.deleteIfExists(segment.path());
    Files.deleteIfExists(indexPath(segment));
    syncDirectory(dir);
  }

  static void syncDirectory(Path dir) throws IOException {
    try (FileChannel channel = FileChannel.open(dir, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
