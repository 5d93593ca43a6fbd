package io.vagus.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a segment block by block and record by record, in large reads, checking every
 * checksum. What is damaged it steps over: to the block's end when the header is whole, otherwise
 * to the next place where a header is valid; it is for the caller to report that. One thread owns
 * it.
 */
final class SegmentCursor implements Closeable {
  private static final int CHUNK_BYTES = 256 << 10;
  private static final byte[] ZEROS = new byte[CHUNK_BYTES];

  private final BlockCodec codec;
  private final CRC32C crc = new CRC32C();
  private byte[] array = new byte[CHUNK_BYTES];
  private ByteBuffer buffer = ByteBuffer.wrap(array).order(ByteOrder.LITTLE_ENDIAN);
  private long bufferStart;
  private int bufferLength;

  private @Nullable FileChannel channel;
  private long base;
  private long position;
  private long offset;
  private BlockCodec.@Nullable Header block;

  private int recordFrom;
  private int recordLength;
  private long recordTimeMicros;

  SegmentCursor(long journalId) {
    codec = new BlockCodec(journalId);
  }

  /** Goes to a block's place in a segment, or to the end of what was valid there. */
  void open(Segment segment, long atPosition, long atOffset) throws IOException {
    close();
    channel = FileChannel.open(segment.path(), StandardOpenOption.READ);
    base = segment.base();
    seek(atPosition, atOffset);
  }

  void seek(long atPosition, long atOffset) {
    position = atPosition;
    offset = atOffset;
    block = null;
  }

  /** Where the next block or record is looked for. */
  long position() {
    return position;
  }

  /** The next record's offset, if nothing is missing. */
  long offset() {
    return offset;
  }

  /**
   * Moves to the next valid block whose end is within the limit. When its position or offset is not
   * the one expected, what lies between is damaged. Null, and nothing moved, when there is none.
   */
  BlockCodec.@Nullable Header nextBlock(Segment.End limit) throws IOException {
    long at = position;
    while (fill(at, BlockCodec.HEADER_BYTES, limit.position())) {
      BlockCodec.Header header = headerAt(at, limit);
      if (header != null) {
        block = header;
        position = header.position() + BlockCodec.HEADER_BYTES;
        offset = header.firstOffset();
        return header;
      }
      at = nextCandidate(at + 1);
    }
    return null;
  }

  private BlockCodec.@Nullable Header headerAt(long at, Segment.End limit) {
    int index = (int) (at - bufferStart);
    if (!codec.valid(base, at, buffer, index)) {
      return null;
    }
    BlockCodec.Header header = codec.decode(at, buffer, index);
    boolean inPlace =
        header.firstOffset() >= offset
            && header.endOffset() <= limit.offset()
            && header.endPosition() <= limit.position();
    return inPlace ? header : null;
  }

  /** The next place in the buffer that looks like a header, or the first one not in it. */
  private long nextCandidate(long from) {
    int index = (int) (from - bufferStart);
    int last = bufferLength - BlockCodec.HEADER_BYTES;
    int length = Math.min(bufferLength - index, ZEROS.length);
    int nonZero = Arrays.mismatch(array, index, index + length, ZEROS, 0, length);
    int i = Math.min(index + (nonZero < 0 ? length : nonZero), last + 1);
    while (i <= last && buffer.getInt(i) != BlockCodec.MAGIC) {
      i++;
    }
    return bufferStart + i;
  }

  /** Steps over the rest of the block. */
  void skipBlock() {
    BlockCodec.Header current = block;
    if (current != null) {
      seek(current.endPosition(), current.endOffset());
    }
  }

  /** The block that the cursor is in; null between blocks. */
  BlockCodec.@Nullable Header block() {
    return block;
  }

  /**
   * Moves to the block's next record. False when there is none: then {@link #block} is null at its
   * end, and still there when the rest of it is damaged.
   */
  boolean nextRecord() throws IOException {
    BlockCodec.Header current = block;
    if (current == null) {
      return false;
    }
    if (offset == current.endOffset()) {
      skipBlock();
      return false;
    }
    long end = current.endPosition();
    if (!fill(position, RecordBatch.HEADER_BYTES, end)) {
      return false;
    }
    int length = buffer.getInt((int) (position - bufferStart));
    if (length < 0
        || length > RecordBatch.MAX_RECORD_BYTES
        || !fill(position, RecordBatch.HEADER_BYTES + length, end)) {
      return false;
    }
    return checkRecord((int) (position - bufferStart), length);
  }

  private boolean checkRecord(int at, int length) {
    crc.reset();
    crc.update(array, at + 8, length + 8);
    if (buffer.getInt(at + 4) != (int) crc.getValue()) {
      return false;
    }
    recordTimeMicros = buffer.getLong(at + 8);
    recordFrom = at + RecordBatch.HEADER_BYTES;
    recordLength = length;
    position += RecordBatch.HEADER_BYTES + length;
    offset++;
    return true;
  }

  long recordOffset() {
    return offset - 1;
  }

  long recordTimeMicros() {
    return recordTimeMicros;
  }

  void visit(JournalReader.Visitor visitor) {
    visitor.record(offset - 1, recordTimeMicros, array, recordFrom, recordLength);
  }

  /** Has the bytes in the buffer; false when they are not all below the limit. */
  private boolean fill(long from, int need, long limit) throws IOException {
    if (from + need > limit) {
      return false;
    }
    if (from >= bufferStart && from + need <= bufferStart + bufferLength) {
      return true;
    }
    FileChannel in = channel;
    if (in == null) {
      return false;
    }
    if (need > array.length) {
      array = new byte[need];
      buffer = ByteBuffer.wrap(array).order(ByteOrder.LITTLE_ENDIAN);
    }
    bufferStart = from;
    bufferLength = 0;
    buffer.clear().limit((int) Math.min(array.length, limit - from));
    while (buffer.hasRemaining()) {
      int n = in.read(buffer, from + buffer.position());
      if (n < 0) {
        break;
      }
    }
    bufferLength = buffer.position();
    buffer.clear();
    return bufferLength >= need;
  }

  boolean isOpen() {
    return channel != null;
  }

  @Override
  public void close() throws IOException {
    FileChannel open = channel;
    channel = null;
    block = null;
    bufferLength = 0;
    if (open != null) {
      open.close();
    }
  }
}
