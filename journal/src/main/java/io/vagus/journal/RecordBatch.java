package io.vagus.journal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Records framed as the log holds them, so that the producer's thread pays for copying and checksum
 * and the journal's thread only writes. Not thread-safe.
 *
 * <p>Frame, little endian: {@code int length} of the payload, {@code int crc32c} of all that
 * follows in the frame, {@code long timeMicros}, payload.
 */
public final class RecordBatch {
  public static final int HEADER_BYTES = 16;
  public static final int MAX_RECORD_BYTES = 16 << 20;

  private byte[] array;
  private ByteBuffer buffer;
  private int size;
  private int count;
  private int openedAt = -1;
  private long firstTimeMicros;
  private long maxTimeMicros = Long.MIN_VALUE;
  private final CRC32C crc = new CRC32C();

  public RecordBatch(int expectedBytes) {
    array = new byte[Math.max(256, expectedBytes)];
    buffer = ByteBuffer.wrap(array).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Adds one record from part of an array. */
  public void add(long timeMicros, byte[] source, int from, int length) {
    ByteBuffer target = open(timeMicros, length);
    target.put(source, from, length);
    seal();
  }

  /**
   * Begins a record whose payload the caller writes into the returned buffer (little endian, at
   * least {@code maxLength} remaining), then ends with {@link #seal}.
   */
  public ByteBuffer open(long timeMicros, int maxLength) {
    if (maxLength > MAX_RECORD_BYTES) {
      throw new IllegalArgumentException(
          "recordBytes: " + maxLength + " (expected: <= " + MAX_RECORD_BYTES + ")");
    }
    if (openedAt >= 0) {
      throw new IllegalStateException("the record before is not sealed");
    }
    ensure(HEADER_BYTES + maxLength);
    if (count == 0) {
      firstTimeMicros = timeMicros;
    }
    openedAt = size;
    buffer.limit(array.length).position(size + 8).putLong(timeMicros);
    return buffer;
  }

  /** Ends the open record at the buffer's position. */
  public void seal() {
    int end = buffer.position();
    crc.reset();
    crc.update(array, openedAt + 8, end - openedAt - 8);
    buffer.putInt(openedAt, end - openedAt - HEADER_BYTES);
    buffer.putInt(openedAt + 4, (int) crc.getValue());
    maxTimeMicros = Math.max(maxTimeMicros, buffer.getLong(openedAt + 8));
    size = end;
    count++;
    openedAt = -1;
  }

  public int count() {
    return count;
  }

  public int sizeBytes() {
    return size;
  }

  /** Time of the first record. */
  public long firstTimeMicros() {
    return firstTimeMicros;
  }

  /** The latest time of a record; the least long when there is none. */
  long maxTimeMicros() {
    return maxTimeMicros;
  }

  /** The frames, in the first {@link #sizeBytes} bytes. */
  byte[] array() {
    return array;
  }

  private void ensure(int more) {
    if (array.length - size < more) {
      array = Arrays.copyOf(array, Math.max(array.length * 2, size + more));
      buffer = ByteBuffer.wrap(array).order(ByteOrder.LITTLE_ENDIAN);
    }
  }
}
