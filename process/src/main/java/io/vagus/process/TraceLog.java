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
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

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
  private static final int MAX_RUN_RECORDS = 1 << 19;
  private static final String PREFIX = "trace-";

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

  private final Path folder;
  private ByteBuffer run = allocate(1024);
  private long runStart;
  private Optional<Segment> current = Optional.empty();

  private record Segment(long start, FileChannel channel) {}

  TraceLog(Path folder) {
    this.folder = folder;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw FrameFile.failed(folder, e);
    }
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
      throw FrameFile.failed(folder, e);
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
      closeCurrent();
      FileChannel channel =
          FileChannel.open(path(start), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
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
      throw FrameFile.failed(folder, e);
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
    try (FileChannel channel = FileChannel.open(path(start), StandardOpenOption.READ)) {
      channel.read(record, (offset - start) * RECORD_BYTES);
      return record.position() < RECORD_BYTES ? Optional.empty() : entry(offset, record, 0);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw FrameFile.failed(folder, e);
    }
  }

  /** Offsets of messages with the key, newest first, of one device when its key is not 0. */
  void search(long messageKey, long deviceKey, int limit, LongConsumer found) {
    int left = limit;
    synchronized (this) {
      left = search(run, runStart, run.position(), messageKey, deviceKey, left, found);
    }
    for (long start : segmentsNewestFirst()) {
      if (left <= 0) {
        return;
      }
      try {
        ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(path(start)));
        all.order(ByteOrder.LITTLE_ENDIAN);
        left = search(all, start, all.capacity(), messageKey, deviceKey, left, found);
      } catch (IOException e) {
        return; // removed by retention meanwhile, as all older ones are
      }
    }
  }

  private static int search(
      ByteBuffer records,
      long start,
      int length,
      long messageKey,
      long deviceKey,
      int limit,
      LongConsumer found) {
    int left = limit;
    for (int at = length - RECORD_BYTES; at >= 0 && left > 0; at -= RECORD_BYTES) {
      if (records.getLong(at + 16) == messageKey
          && records.get(at) != 0
          && (deviceKey == 0 || records.getLong(at + 8) == deviceKey)) {
        found.accept(start + at / RECORD_BYTES);
        left--;
      }
    }
    return left;
  }

  /** Forgets messages that the journal no longer holds. */
  void removeBelow(long offset) {
    for (long start : segmentsNewestFirst()) {
      if (start + SEGMENT_RECORDS <= offset) {
        try {
          Files.deleteIfExists(path(start));
        } catch (IOException e) {
          throw FrameFile.failed(folder, e);
        }
      }
    }
  }

  private List<Long> segmentsNewestFirst() {
    try (Stream<Path> files = Files.list(folder)) {
      return new ArrayList<>(
          files
              .map(path -> path.getFileName().toString())
              .filter(name -> name.startsWith(PREFIX))
              .map(name -> Long.parseLong(name.substring(PREFIX.length()), 16))
              .sorted(Comparator.reverseOrder())
              .toList());
    } catch (IOException e) {
      throw FrameFile.failed(folder, e);
    }
  }

  /** Keeps what is written so far. */
  synchronized void snapshot(SnapshotFolder to, String name) {
    for (long start : segmentsNewestFirst()) {
      to.linkIfPresent(name + "/" + path(start).getFileName(), path(start));
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

  private Path path(long start) {
    return folder.resolve(PREFIX + "%016x".formatted(start));
  }

  private static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public synchronized void close() {
    try {
      closeCurrent();
    } catch (IOException e) {
      throw FrameFile.failed(folder, e);
    }
  }
}
