package io.vagus.journal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The file format above the frames of {@link RecordBatch}, little endian throughout.
 *
 * <p>A segment begins with a header of {@link #SEGMENT_HEADER_BYTES}: {@code long magic, int
 * version, int crc32c} of the 24 bytes that follow, {@code long journalId, long baseOffset, long
 * createdMicros}, zeros. After it come blocks, one for each commit, then zeros to the end.
 *
 * <p>A block is {@code int magic, int crc32c, int length} of the frames, {@code int count} of them,
 * {@code long firstOffset, long maxTimeMicros}, frames. Since each block says its offset, the
 * records after a damaged one keep theirs. The block's checksum covers the header only (each frame
 * has its own), and with it the journal's random id, the segment's base offset and the block's
 * place in the file: bytes that were written elsewhere, or that someone sent as a payload, are
 * never taken for a block.
 *
 * <p>Not thread-safe.
 */
final class BlockCodec {
  static final int SEGMENT_HEADER_BYTES = 64;
  static final int HEADER_BYTES = 32;
  static final int MAGIC = 0x314B4256;
  private static final long SEGMENT_MAGIC = 0x4C4E_4A53_5547_4156L;
  private static final int VERSION = 1;

  private final long journalId;
  private final CRC32C crc = new CRC32C();
  private final byte[] place = new byte[24];
  private final ByteBuffer placeBuffer = ByteBuffer.wrap(place).order(ByteOrder.LITTLE_ENDIAN);

  BlockCodec(long journalId) {
    this.journalId = journalId;
  }

  /** One block's header as read. */
  record Header(long position, int length, int count, long firstOffset, long maxTimeMicros) {
    long endPosition() {
      return position + HEADER_BYTES + length;
    }

    long endOffset() {
      return firstOffset + count;
    }
  }

  /** The header's 32 bytes; its position says where in the segment they go. */
  byte[] encode(long base, Header header) {
    byte[] bytes = new byte[HEADER_BYTES];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    buffer
        .putInt(0, MAGIC)
        .putInt(8, header.length())
        .putInt(12, header.count())
        .putLong(16, header.firstOffset())
        .putLong(24, header.maxTimeMicros());
    buffer.putInt(4, checksum(base, header.position(), bytes, 0));
    return bytes;
  }

  /** Whether a block begins at the index of the array, which is the position of the segment. */
  boolean valid(long base, long position, ByteBuffer in, int at) {
    return in.getInt(at) == MAGIC
        && in.getInt(at + 4) == checksum(base, position, in.array(), at)
        && in.getInt(at + 12) > 0
        && in.getInt(at + 8) >= (long) in.getInt(at + 12) * RecordBatch.HEADER_BYTES;
  }

  Header decode(long position, ByteBuffer in, int at) {
    return new Header(
        position, in.getInt(at + 8), in.getInt(at + 12), in.getLong(at + 16), in.getLong(at + 24));
  }

  private int checksum(long base, long position, byte[] array, int at) {
    placeBuffer.putLong(0, journalId).putLong(8, base).putLong(16, position);
    crc.reset();
    crc.update(place);
    crc.update(array, at + 8, HEADER_BYTES - 8);
    return (int) crc.getValue();
  }

  /** What a segment's header says. */
  record SegmentHeader(int version, long journalId, long baseOffset, long createdMicros) {
    static SegmentHeader of(long journalId, long baseOffset, long createdMicros) {
      return new SegmentHeader(VERSION, journalId, baseOffset, createdMicros);
    }

    boolean readable() {
      return version == VERSION;
    }

    ByteBuffer encode() {
      ByteBuffer out = ByteBuffer.allocate(SEGMENT_HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      out.putLong(0, SEGMENT_MAGIC).putInt(8, version);
      out.putLong(16, journalId).putLong(24, baseOffset).putLong(32, createdMicros);
      return out.putInt(12, checksum(out));
    }

    /** Null when it is damaged. */
    static @org.jspecify.annotations.Nullable SegmentHeader decode(ByteBuffer in) {
      if (in.limit() < SEGMENT_HEADER_BYTES
          || in.getLong(0) != SEGMENT_MAGIC
          || in.getInt(12) != checksum(in)) {
        return null;
      }
      return new SegmentHeader(in.getInt(8), in.getLong(16), in.getLong(24), in.getLong(32));
    }

    private static int checksum(ByteBuffer header) {
      CRC32C crc = new CRC32C();
      crc.update(header.array(), 16, 24);
      return (int) crc.getValue();
    }
  }
}
