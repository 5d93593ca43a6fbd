package io.vagus.process;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.SnapshotFolder;
import io.vagus.ledger.DuplicateCause;
import io.vagus.ledger.Outcome;
import io.vagus.model.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/**
 * What became of each message, 64 bytes at the place its journal offset names, so that a replay of
 * the journal writes the same again. Records of one device are chained, newest first. They wait in
 * memory until the series has committed, then know when they were stored, and go to the file.
 * Thread-safe.
 *
 * <p>Record, little endian: {@code byte} outcome + 1 (0: none), reason, cause + 1, transport,
 * {@code int} milliseconds from processed to stored, {@code long} device key, message key, offset
 * of the device's message before, offset this is a duplicate of, generated, seen durable,
 * processed.
 */
final class TraceLog implements AutoCloseable {
  static final int RECORD_BYTES = 64;
  private static final int SEGMENT_RECORDS = 1 << 16;
  private static final int MAX_SEGMENTS_READ = 8;
  private static final int MAX_RUN_RECORDS = 1 << 19;

  /** One record; times in microseconds, -1 offsets and absent times as stored. */
  record Entry(
      long offset,
      Outcome outcome,
      ErrorCode reason,
      Optional<DuplicateCause> cause,
      Transport transport,
      long messageKey,
      long previousOffset,
      long duplicateOf,
      long generatedMicros,
      long durableMicros,
      long processedMicros,
      OptionalLong storedMicros) {}

  private final TraceFiles files;
  private ByteBuffer run = allocate(1024);
  private long runStart;
  private Optional<Segment> current = Optional.empty();

  private record Segment(long start, FileChannel channel) {}

  TraceLog(Path folder) {
    this.files = new TraceFiles(folder);
  }

  /** Takes the record of the next message; offsets ascend. */
  synchronized void add(
      long offset,
      long deviceKey,
      long previousOffset,
      Transport transport,
      Effects effects,
      long durableMicros,
      long processedMicros) {
    if (run.position() > 0 && offset - runStart >= MAX_RUN_RECORDS) {
      writeOut(); // behind a hole in the journal, or when nothing was stored for long
    }
    if (run.position() == 0) {
      runStart = offset;
    }
    int at = Math.toIntExact((offset - runStart) * RECORD_BYTES);
    if (run.capacity() < at + RECORD_BYTES) {
      run = allocate(Math.max(run.capacity() * 2, at + RECORD_BYTES)).put(run.flip());
    }
    run.position(at);
    run.put((byte) (effects.outcome.ordinal() + 1));
    run.put((byte) (effects.outcome == Outcome.DEAD_LETTERED ? effects.reason.id() : 0));
    run.put((byte) (effects.cause == null ? 0 : effects.cause.ordinal() + 1));
    run.put((byte) transport.ordinal()).putInt(-1);
    run.putLong(deviceKey).putLong(effects.messageKey).putLong(previousOffset);
    run.putLong(effects.duplicateOf).putLong(effects.generatedMicros);
    run.putLong(durableMicros).putLong(processedMicros);
  }

  synchronized boolean hasUnwritten() {
    return run.position() > 0;
  }

  /** What was added is stored: notes when, and writes it to the file. */
  synchronized void stored(long nowMicros) {
    int length = run.position();
    for (int at = 0; at < length; at += RECORD_BYTES) {
      if (run.get(at) != 0) {
        long millis = Math.max(0, (nowMicros - run.getLong(at + 56)) / 1000);
        run.putInt(at + 4, (int) Math.min(millis, Integer.MAX_VALUE));
      }
    }
    writeOut();
  }

  private void writeOut() {
    try {
      write(run.position());
    } catch (IOException e) {
      throw FrameFile.failed(files.folder(), e);
    }
    run = run.capacity() > 1 << 20 ? allocate(1 << 20) : run.clear();
    Arrays.fill(run.array(), (byte) 0);
  }

  private void write(int length) throws IOException {
    int at = 0;
    while (at < length) {
      long offset = runStart + at / RECORD_BYTES;
      Segment segment = segmentFor(offset);
      long room = (segment.start() + SEGMENT_RECORDS - offset) * RECORD_BYTES;
      int end = (int) Math.min(length, at + room);
      ByteBuffer part = run.duplicate().limit(end).position(at);
      long position = (offset - segment.start()) * RECORD_BYTES;
      while (part.hasRemaining()) {
        position += segment.channel().write(part, position);
      }
      at = end;
    }
  }

  private Segment segmentFor(long offset) throws IOException {
    long start = offset - offset % SEGMENT_RECORDS;
    if (current.isEmpty() || current.get().start() != start) {
      current.ifPresent(done -> files.sealed(done.start()));
      closeCurrent();
      FileChannel channel =
          FileChannel.open(
              files.segment(start), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      current = Optional.of(new Segment(start, channel));
    }
    return current.get();
  }

  private void closeCurrent() throws IOException {
    if (current.isPresent()) {
      current.get().channel().force(false);
      current.get().channel().close();
      current = Optional.empty();
    }
  }

  /** Makes durable what {@link #stored} wrote. */
  synchronized void force() {
    try {
      if (current.isPresent()) {
        current.get().channel().force(false);
      }
    } catch (IOException e) {
      throw FrameFile.failed(files.folder(), e);
    }
  }

  /** The record of one message. */
  synchronized Optional<Entry> find(long offset) {
    if (run.position() > 0 && offset >= runStart) {
      long at = (offset - runStart) * RECORD_BYTES;
      return at < run.position() ? entry(offset, run, (int) at) : Optional.empty();
    }
    long start = offset - offset % SEGMENT_RECORDS;
    ByteBuffer record = allocate(RECORD_BYTES);
    return files.readRecord(start, (int) (offset - start), record)
        ? entry(offset, record, 0)
        : Optional.empty();
  }

  /**
   * The newest message of a device that was processed before a time; -1 when it is not among the
   * last some hundred thousand of all devices before that time.
   */
  long before(long deviceKey, long micros) {
    long found;
    synchronized (this) {
      found = before(run, run.position(), runStart, deviceKey, micros);
    }
    int read = 0;
    for (long start : files.newestFirst()) {
      if (found >= 0 || read == MAX_SEGMENTS_READ) {
        break;
      }
      if (!files.beginsAfter(start, micros)) {
        ByteBuffer all = files.readAll(start);
        found = before(all, all.capacity(), start, deviceKey, micros);
        read++;
      }
    }
    return found;
  }

  private static long before(
      ByteBuffer records, int length, long start, long deviceKey, long micros) {
    for (int at = length - RECORD_BYTES; at >= 0; at -= RECORD_BYTES) {
      if (records.get(at) != 0
          && records.getLong(at + 8) == deviceKey
          && records.getLong(at + 56) < micros) {
        return start + at / RECORD_BYTES;
      }
    }
    return -1;
  }

  /** Offsets of messages with the key, newest first, of one device when its key is not 0. */
  void search(long messageKey, long deviceKey, int limit, LongConsumer found) {
    int left = limit;
    synchronized (this) {
      int[] numbers = find(run, run.position(), messageKey);
      for (int i = numbers.length - 1; i >= 0 && left > 0; i--) {
        if (isOf(deviceKey, run, numbers[i] * RECORD_BYTES)) {
          found.accept(runStart + numbers[i]);
          left--;
        }
      }
    }
    boolean newest = true;
    for (long start : files.newestFirst()) {
      left = search(start, messageKey, deviceKey, !newest, left, found);
      newest = false;
      if (left <= 0) {
        return;
      }
    }
  }

  private int search(
      long start, long messageKey, long deviceKey, boolean sealed, int limit, LongConsumer found) {
    int left = limit;
    int[] numbers = files.find(start, messageKey, sealed);
    for (int i = numbers.length - 1; i >= 0 && left > 0; i--) {
      ByteBuffer record = allocate(RECORD_BYTES);
      if (files.readRecord(start, numbers[i], record) && isOf(deviceKey, record, 0)) {
        found.accept(start + numbers[i]);
        left--;
      }
    }
    return left;
  }

  private static boolean isOf(long deviceKey, ByteBuffer records, int at) {
    return deviceKey == 0 || records.getLong(at + 8) == deviceKey;
  }

  /** Numbers of the records that bear the key, ascending. */
  static int[] find(ByteBuffer records, int length, long messageKey) {
    return IntStream.range(0, length / RECORD_BYTES)
        .filter(n -> messageKey(records, n * RECORD_BYTES) == messageKey)
        .toArray();
  }

  /** Key of the message's own id; {@link Keys#NONE} for one without, and where no record is. */
  static long messageKey(ByteBuffer records, int at) {
    return records.get(at) == 0 ? Keys.NONE : records.getLong(at + 16);
  }

  /** Forgets messages that the journal no longer holds. */
  void removeBelow(long offset) {
    for (long start : files.newestFirst()) {
      if (start + SEGMENT_RECORDS <= offset) {
        files.remove(start);
      }
    }
  }

  /** Keeps what is written so far. */
  synchronized void snapshot(SnapshotFolder to, String name) {
    for (long start : files.newestFirst()) {
      Path segment = files.segment(start);
      to.linkIfPresent(name + "/" + segment.getFileName(), segment);
    }
  }

  private static Optional<Entry> entry(long offset, ByteBuffer from, int at) {
    int outcome = from.get(at) - 1;
    if (outcome < 0) {
      return Optional.empty();
    }
    int cause = from.get(at + 2) - 1;
    int storedMillis = from.getInt(at + 4);
    long processed = from.getLong(at + 56);
    return Optional.of(
        new Entry(
            offset,
            Outcome.values()[outcome],
            ErrorCode.ofId(from.get(at + 1) & 0xFF),
            cause < 0 ? Optional.empty() : Optional.of(DuplicateCause.values()[cause]),
            Transport.ofOrdinal(from.get(at + 3)),
            from.getLong(at + 16),
            from.getLong(at + 24),
            from.getLong(at + 32),
            from.getLong(at + 40),
            from.getLong(at + 48),
            processed,
            storedMillis < 0
                ? OptionalLong.empty()
                : OptionalLong.of(processed + storedMillis * 1000L)));
  }

  private static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public synchronized void close() {
    files.close();
    try {
      closeCurrent();
    } catch (IOException e) {
      throw FrameFile.failed(files.folder(), e);
    }
  }
}
