package io.vagus.series.questdb;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.series.Bucket;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The roll-ups of all series in one span of time, one block per series. Written once, then only
 * replaced as a whole; read through a memory map, so a look-up is a binary search.
 *
 * <pre>
 * file   := block* index footer                      all numbers big-endian
 * block  := crc32c:u32 id:u32 bucket*                the checksum covers id and buckets
 * bucket := slot:u16 count:varint (value:f64 | min:f64 max:f64 sum:f64 last:f64)
 * index  := (id:u32 offset:u64)*                     ascending by id
 * footer := indexOffset:u64 entries:u32 indexCrc32c:u32 magic:u32
 * </pre>
 *
 * <p>{@code slot} counts bucket widths since the span's start; a bucket of one reading is its
 * value. Thread-safe.
 */
final class RollupFile {
  static final int MAGIC = 0x56525531; // "VRU1"
  static final int FOOTER_BYTES = 20;
  static final int ENTRY_BYTES = 12;
  static final int BLOCK_HEADER_BYTES = 8;
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(java.nio.ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(java.nio.ByteOrder.BIG_ENDIAN);

  private final Path path;
  private final MemorySegment bytes;
  private final long indexOffset;
  private final int entries;

  private RollupFile(Path path, MemorySegment bytes, long indexOffset, int entries) {
    this.path = path;
    this.bytes = bytes;
    this.indexOffset = indexOffset;
    this.entries = entries;
  }

  /** {@link ErrorCode#DATA_CORRUPT} when footer or index are damaged. */
  static RollupFile open(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      MemorySegment bytes =
          channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
      long footer = bytes.byteSize() - FOOTER_BYTES;
      if (footer < 0 || bytes.get(INT, footer + 16) != MAGIC) {
        throw corrupt(path, "footer");
      }
      long indexOffset = bytes.get(LONG, footer);
      int entries = bytes.get(INT, footer + 8);
      if (entries < 0 || indexOffset < 0 || indexOffset + (long) entries * ENTRY_BYTES != footer) {
        throw corrupt(path, "footer");
      }
      RollupFile file = new RollupFile(path, bytes, indexOffset, entries);
      if (file.crc(indexOffset, footer) != bytes.get(INT, footer + 12)) {
        throw corrupt(path, "index");
      }
      return file;
    }
  }

  int entries() {
    return entries;
  }

  int idAt(int entry) {
    return bytes.get(INT, indexOffset + (long) entry * ENTRY_BYTES);
  }

  /** Buckets of a series, oldest first; {@link ErrorCode#DATA_CORRUPT} when they are damaged. */
  List<Bucket> buckets(int id, long spanStartMicros, long widthMicros) {
    @Nullable ByteBuffer block = block(id);
    return block == null
        ? List.of()
        : decode(block.position(BLOCK_HEADER_BYTES), spanStartMicros, widthMicros);
  }

  /** A series' block as it is in the file, null when it has none. */
  @Nullable ByteBuffer block(int id) {
    int low = 0;
    int high = entries - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int found = idAt(middle);
      if (found == id) {
        return checked(id, offset(middle), offset(middle + 1));
      }
      if (found < id) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return null;
  }

  private ByteBuffer checked(int id, long from, long to) {
    if (to - from < BLOCK_HEADER_BYTES
        || to - from > Integer.MAX_VALUE
        || bytes.get(INT, from + 4) != id
        || crc(from + 4, to) != bytes.get(INT, from)) {
      throw corrupt(path, "block of series " + id);
    }
    return bytes.asSlice(from, to - from).asByteBuffer();
  }

  private long offset(int entry) {
    return entry == entries
        ? indexOffset
        : bytes.get(LONG, indexOffset + (long) entry * ENTRY_BYTES + 4);
  }

  private int crc(long from, long to) {
    CRC32C crc = new CRC32C();
    for (long at = from; at < to; at += 1 << 20) {
      crc.update(bytes.asSlice(at, Math.min(1 << 20, to - at)).asByteBuffer());
    }
    return (int) crc.getValue();
  }

  private static VagusException corrupt(Path path, String part) {
    return new VagusException(
        ErrorCode.DATA_CORRUPT, path.getFileName() + ", " + part + ": checksum does not match");
  }

  private static List<Bucket> decode(ByteBuffer in, long spanStartMicros, long widthMicros) {
    List<Bucket> buckets = new ArrayList<>();
    while (in.hasRemaining()) {
      long start = spanStartMicros + (in.getShort() & 0xffff) * widthMicros;
      long count = 0;
      byte next;
      int shift = 0;
      do {
        next = in.get();
        count |= (next & 0x7fL) << shift;
        shift += 7;
      } while (next < 0);
      double first = in.getDouble();
      buckets.add(
          count == 1
              ? Bucket.of(start, first)
              : new Bucket(start, first, in.getDouble(), in.getDouble(), in.getDouble(), count));
    }
    return buckets;
  }

  /** Bytes of a bucket at most: slot, count, four values. */
  static final int MAX_BUCKET_BYTES = 2 + 10 + 32;

  static void encode(Bucket bucket, long spanStartMicros, long widthMicros, ByteBuffer out) {
    out.putShort((short) ((bucket.startMicros() - spanStartMicros) / widthMicros));
    long rest = bucket.count();
    while (rest > 0x7f) {
      out.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    out.put((byte) rest).putDouble(bucket.min());
    if (bucket.count() != 1) {
      out.putDouble(bucket.max()).putDouble(bucket.sum()).putDouble(bucket.last());
    }
  }
}
