package io.vagus.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * The segment files of the {@link TraceLog}, each with an index once it is sealed. Thread-safe:
 * files only appear whole, and who reads one that is removed meanwhile finds nothing.
 */
final class TraceFiles implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(TraceFiles.class.getName());
  private static final String PREFIX = "trace-";
  private static final String INDEX_PREFIX = "index-";

  private final Path folder;

  /** Makes indexes beside the processing: no message waits for one. */
  private final ExecutorService indexer =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("trace-index").factory());

  TraceFiles(Path folder) {
    this.folder = folder;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw FrameFile.failed(folder, e);
    }
  }

  Path folder() {
    return folder;
  }

  Path segment(long start) {
    return folder.resolve(PREFIX + "%016x".formatted(start));
  }

  private Path index(long start) {
    return folder.resolve(INDEX_PREFIX + "%016x".formatted(start));
  }

  List<Long> newestFirst() {
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

  /** The segment is complete: no record of it changes any more, but for being written again. */
  void sealed(long start) {
    indexer.execute(() -> {
      try {
        TraceIndex.write(index(start), read(start));
      } catch (IOException e) {
        LOG.log(System.Logger.Level.WARNING, "no index of " + segment(start), e);
      }
    });
  }

  private ByteBuffer read(long start) throws IOException {
    return ByteBuffer.wrap(Files.readAllBytes(segment(start))).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Numbers of the records of a segment that bear the key, ascending.
   *
   * @param sealed whether it may have an index, and is given one when it has none
   */
  int[] find(long start, long messageKey, boolean sealed) {
    try {
      if (sealed) {
        var indexed = TraceIndex.find(index(start), messageKey);
        if (indexed.isPresent()) {
          return indexed.get();
        }
      }
      ByteBuffer all = read(start);
      if (sealed) {
        TraceIndex.write(index(start), all);
      }
      return TraceLog.find(all, all.capacity(), messageKey);
    } catch (IOException e) {
      return new int[0]; // removed by retention meanwhile, as all older ones are
    }
  }

  /** Its records; none when retention removed it meanwhile. */
  ByteBuffer readAll(long start) {
    try {
      return read(start);
    } catch (IOException e) {
      return ByteBuffer.allocate(0);
    }
  }

  /** Whether its first record was processed at a time or later; false when it has no first one. */
  boolean beginsAfter(long start, long micros) {
    ByteBuffer first = ByteBuffer.allocate(TraceLog.RECORD_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    return readRecord(start, 0, first) && first.get(0) != 0 && first.getLong(56) >= micros;
  }

  /** Reads one record; false when there is none. */
  boolean readRecord(long start, int number, ByteBuffer record) {
    try (FileChannel channel = FileChannel.open(segment(start), StandardOpenOption.READ)) {
      channel.read(record, (long) number * TraceLog.RECORD_BYTES);
      return !record.hasRemaining();
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw FrameFile.failed(folder, e);
    }
  }

  void remove(long start) {
    try {
      Files.deleteIfExists(segment(start));
      Files.deleteIfExists(index(start));
    } catch (IOException e) {
      throw FrameFile.failed(folder, e);
    }
  }

  /** Finishes the index under way. */
  @Override
  public void close() {
    indexer.close();
  }
}
