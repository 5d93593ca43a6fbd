package io.vagus.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Where in a segment to look for an offset or a time: one entry for each {@link #STRIDE_BYTES} or
 * so. Saved when the segment is finished, so that a start needs to read only what came after. It
 * need not be durable: with it lost or old, the rest of the segment is read.
 *
 * <p>Guarded by its own lock.
 */
final class SegmentIndex {
  private static final int STRIDE_BYTES = 128 << 10;
  private static final long MAGIC = 0x3158_4449_5547_4156L;
  private static final int HEAD_BYTES = 40;
  private static final int ENTRY_BYTES = 24;

  /** A block's place, and the latest time from here to the next entry. */
  record Entry(long position, long offset, long maxTimeMicros) {}

  private Entry[] entries = new Entry[16];
  private int size;

  /** Adds a block behind those added before. */
  synchronized void add(BlockCodec.Header block) {
    if (size > 0 && block.position() - entries[size - 1].position() < STRIDE_BYTES) {
      Entry last = entries[size - 1];
      if (block.maxTimeMicros() > last.maxTimeMicros()) {
        entries[size - 1] = new Entry(last.position(), last.offset(), block.maxTimeMicros());
      }
      return;
    }
    add(new Entry(block.position(), block.firstOffset(), block.maxTimeMicros()));
  }

  private void add(Entry entry) {
    if (size == entries.length) {
      entries = Arrays.copyOf(entries, size * 2);
    }
    entries[size++] = entry;
  }

  /** The last entry at or before the offset; the segment's first block when there is none. */
  synchronized Entry atOffset(long offset, long base) {
    for (int i = size - 1; i >= 0; i--) {
      if (entries[i].offset() <= offset) {
        return entries[i];
      }
    }
    return new Entry(BlockCodec.SEGMENT_HEADER_BYTES, base, Long.MIN_VALUE);
  }

  /** Offset of a block from which on the first record of this time or a later one is found. */
  synchronized long atTime(long timeMicros) {
    for (int i = 0; i < size; i++) {
      if (entries[i].maxTimeMicros() >= timeMicros) {
        return entries[i].offset();
      }
    }
    return -1;
  }

  synchronized long maxTimeMicros() {
    long max = Long.MIN_VALUE;
    for (int i = 0; i < size; i++) {
      max = Math.max(max, entries[i].maxTimeMicros());
    }
    return max;
  }

  /** Writes it beside the segment together with the end of what it covers. */
  synchronized void save(Path path, long base, Segment.End end) throws IOException {
    ByteBuffer out =
        ByteBuffer.allocate(HEAD_BYTES + size * ENTRY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(MAGIC).putLong(0).putLong(base).putLong(end.position()).putLong(end.offset());
    for (int i = 0; i < size; i++) {
      Entry e = entries[i];
      out.putLong(e.position()).putLong(e.offset()).putLong(e.maxTimeMicros());
    }
    out.putLong(8, checksum(out.array()));
    Path temporary = path.resolveSibling(path.getFileName() + ".tmp");
    Files.write(temporary, out.array());
    Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Fills this from the file; the end of what it covers, which is the start when there is none. */
  synchronized Segment.End load(Path path, long base, long segmentBytes) throws IOException {
    Segment.End start = new Segment.End(BlockCodec.SEGMENT_HEADER_BYTES, base);
    if (!Files.exists(path)) {
      return start;
    }
    byte[] bytes = Files.readAllBytes(path);
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length < HEAD_BYTES
        || (bytes.length - HEAD_BYTES) % ENTRY_BYTES != 0
        || in.getLong() != MAGIC
        || in.getLong() != checksum(bytes)
        || in.getLong() != base) {
      return start;
    }
    Segment.End end = new Segment.End(in.getLong(), in.getLong());
    if (end.position() > segmentBytes) {
      return start;
    }
    while (in.hasRemaining()) {
      add(new Entry(in.getLong(), in.getLong(), in.getLong()));
    }
    return end;
  }

  private static long checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 16, bytes.length - 16);
    return crc.getValue();
  }
}
