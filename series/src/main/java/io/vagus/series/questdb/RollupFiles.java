package io.vagus.series.questdb;

import io.vagus.kit.SnapshotFolder;
import io.vagus.kit.VagusException;
import io.vagus.series.Bucket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of one width of roll-ups, one for each span of time. What turns out to be damaged
 * counts as missing, and is marked to be made again. Read from any thread, changed from one at a
 * time.
 */
final class RollupFiles {
  private static final System.Logger LOG = System.getLogger(RollupFiles.class.getName());
  private static final String SUFFIX = ".roll";

  private final Path directory;
  private final long widthMicros;
  private final Marks marks;
  private final ConcurrentSkipListSet<Long> spans = new ConcurrentSkipListSet<>();
  private final Map<Long, RollupFile> open = new ConcurrentHashMap<>();

  RollupFiles(Path directory, long widthMicros, Marks marks) throws IOException {
    this.directory = Files.createDirectories(directory);
    this.widthMicros = widthMicros;
    this.marks = marks;
    try (Stream<Path> found = Files.list(directory)) {
      found
          .map(p -> p.getFileName().toString())
          .filter(name -> name.endsWith(SUFFIX))
          .map(name -> Long.parseLong(name.substring(0, name.length() - SUFFIX.length())))
          .forEach(spans::add);
    }
  }

  /** That have a file, by their start. */
  SortedSet<Long> spans(long fromMicros, long toMicros) {
    return spans.subSet(fromMicros, toMicros);
  }

  /** A block that turns out to be damaged counts as none, and is marked to be made again. */
  List<Bucket> buckets(long span, int id, long fromMicros, long toMicros) {
    RollupFile file = find(span);
    if (file == null) {
      return List.of();
    }
    try {
      return file.buckets(id, span, widthMicros).stream()
          .filter(b -> b.startMicros() >= fromMicros && b.startMicros() < toMicros)
          .toList();
    } catch (VagusException e) {
      LOG.log(System.Logger.Level.ERROR, "roll-up lost", e);
      marks.mark(span, id);
      return List.of();
    }
  }

  /** Null when there is none that can be read. */
  @Nullable RollupFile find(long span) {
    if (!spans.contains(span)) {
      return null;
    }
    try {
      return open.computeIfAbsent(span, this::openFile);
    } catch (VagusException e) {
      LOG.log(System.Logger.Level.ERROR, "roll-ups put aside", e);
      putAside(span);
      return null;
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof NoSuchFileException) {
        return null; // expired in between
      }
      throw e;
    }
  }

  private RollupFile openFile(long span) {
    try {
      return RollupFile.open(path(span));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A damaged file is kept under another name and its span made again from the finer tier. */
  private void putAside(long span) {
    try {
      Path path = path(span);
      marks.markAll(span);
      spans.remove(span);
      Files.move(path, path.resolveSibling(path.getFileName() + ".damaged"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  RollupWriter writer(long span) throws IOException {
    return new RollupWriter(path(span), span, widthMicros);
  }

  /**
   * A span was written again.
   *
   * @param any whether there is anything in it
   */
  void replaced(long span, boolean any) {
    if (any) {
      spans.add(span);
    } else {
      spans.remove(span);
    }
    open.remove(span);
  }

  /** Hands on the entries of series below an id; returns at which entry it stopped. */
  static int copy(@Nullable RollupFile from, int entry, int beforeId, RollupWriter writer)
      throws IOException {
    int at = entry;
    while (from != null && at < from.entries() && from.idAt(at) < beforeId) {
      int id = from.idAt(at++);
      try {
        ByteBuffer block = from.block(id);
        if (block != null) {
          writer.addBlock(id, block);
        }
      } catch (VagusException e) {
        LOG.log(System.Logger.Level.ERROR, "roll-up lost", e);
      }
    }
    return at;
  }

  /** Deletes what is older; its marks must have been rolled up before. */
  void expire(long horizonMicros) throws IOException {
    List<Long> over = new ArrayList<>(spans.headSet(horizonMicros));
    for (long span : over) {
      spans.remove(span);
      open.remove(span);
      Files.deleteIfExists(path(span));
    }
  }

  void snapshot(SnapshotFolder folder, String name) {
    for (long span : spans) {
      folder.linkIfPresent(name + "/" + path(span).getFileName(), path(span));
    }
  }

  long sizeBytes() throws IOException {
    return DurableFiles.sizeBytes(directory);
  }

  private Path path(long span) {
    return directory.resolve(span + SUFFIX);
  }
}
