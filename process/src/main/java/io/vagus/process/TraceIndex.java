package io.vagus.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Which records of a sealed segment of the {@link TraceLog} bear which message key: a lookup reads
 * two small parts of it in place of the whole segment. Messages without an id take no room. It can
 * be made again from the segment at any time.
 *
 * <p>File, little endian: for each of {@link #BUCKETS} buckets by the key's highest bits, and one
 * beyond, {@code int} number of entries before it; then the entries, {@code long} key and {@code
 * int} record, within a bucket by record.
 */
final class TraceIndex {
  private static final int BUCKET_BITS = 10;
  private static final int BUCKETS = 1 << BUCKET_BITS;
  private static final int HEADER_BYTES = 4 * (BUCKETS + 1);
  private static final int ENTRY_BYTES = 12;

  private TraceIndex() {}

  /**
   * Writes the index of a segment.
   *
   * @param records all of it
   */
  static void write(Path file, ByteBuffer records) throws IOException {
    int[] before = new int[BUCKETS + 1];
    for (int at = 0; at < records.limit(); at += TraceLog.RECORD_BYTES) {
      if (TraceLog.messageKey(records, at) != Keys.NONE) {
        before[bucket(TraceLog.messageKey(records, at)) + 1]++;
      }
    }
    for (int b = 0; b < BUCKETS; b++) {
      before[b + 1] += before[b];
    }
    ByteBuffer out = allocate(HEADER_BYTES + before[BUCKETS] * ENTRY_BYTES);
    out.asIntBuffer().put(before);
    int[] next = before.clone();
    for (int at = 0; at < records.limit(); at += TraceLog.RECORD_BYTES) {
      long key = TraceLog.messageKey(records, at);
      if (key != Keys.NONE) {
        int entry = HEADER_BYTES + next[bucket(key)]++ * ENTRY_BYTES;
        out.putLong(entry, key).putInt(entry + 8, at / TraceLog.RECORD_BYTES);
      }
    }
    save(file, out);
  }

  private static void save(Path file, ByteBuffer content) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      while (content.hasRemaining()) {
        channel.write(content);
      }
      channel.force(true);
    }
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Records that bear the key, ascending; empty when there is no whole index. */
  static Optional<int[]> find(Path file, long key) throws IOException {
    if (Files.notExists(file)) {
      return Optional.empty();
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      int from = readInt(channel, bucket(key));
      int to = readInt(channel, bucket(key) + 1);
      long whole = HEADER_BYTES + (long) readInt(channel, BUCKETS) * ENTRY_BYTES;
      if (channel.size() != whole || from < 0 || to < from) {
        return Optional.empty();
      }
      ByteBuffer entries = allocate((to - from) * ENTRY_BYTES);
      channel.read(entries, HEADER_BYTES + (long) from * ENTRY_BYTES);
      int[] found = new int[to - from];
      int count = 0;
      for (int at = 0; at < entries.capacity(); at += ENTRY_BYTES) {
        if (entries.getLong(at) == key) {
          found[count++] = entries.getInt(at + 8);
        }
      }
      return Optional.of(java.util.Arrays.copyOf(found, count));
    }
  }

  private static int readInt(FileChannel channel, int index) throws IOException {
    ByteBuffer four = allocate(4);
    return channel.read(four, 4L * index) < 4 ? -1 : four.getInt(0);
  }

  private static int bucket(long key) {
    return (int) (key >>> (64 - BUCKET_BITS));
  }

  private static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
