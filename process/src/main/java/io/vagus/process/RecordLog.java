package io.vagus.process;

import io.vagus.kit.SnapshotFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Records by ascending journal offset, bounded on disk: the oldest file goes first. A record that
 * is there already is not added again, which makes a replay of the journal harmless. Read from the
 * newest back. Thread-safe.
 *
 * <p>Frame content: {@code long offset}, the record, {@code int} length of all three.
 */
final class RecordLog implements AutoCloseable {
  private static final int MAX_FILES = 16;
  private static final int TRAILER_BYTES = 4;

  /** Readers onwards that find their place again without a search. */
  private static final int MAX_PLACES = 64;

  private final Path folder;
  private final long fileBytes;
  private final TreeMap<Long, FrameFile> files = new TreeMap<>();
  private final Bytes frame = Bytes.ofCapacity(1024);
  private final Dropping dropping;
  private final LinkedHashMap<Long, Place> places = new LinkedHashMap<>();
  private long lastOffset = -1;
  private boolean unforced;

  /** Told of the oldest file before it goes. */
  @FunctionalInterface
  interface Dropping {
    /**
     * @param lastOffset no record in it has a later one
     */
    void drop(Path file, long lastOffset);
  }

  /** Where in a file, by its key, a forward read ended. */
  private record Place(long file, long position) {}

  /** A part of the log; {@code next} is where to read on, -1 at the end. */
  record Part<T>(List<T> items, long next) {}

  RecordLog(Path folder, long maxBytes) {
    this(folder, maxBytes, (file, last) -> {});
  }

  RecordLog(Path folder, long maxBytes, Dropping dropping) {
    this.folder = folder;
    this.dropping = dropping;
    this.fileBytes = maxBytes / MAX_FILES;
    try {
      Files.createDirectories(folder);
      try (Stream<Path> paths = Files.list(folder)) {
        open(paths.sorted().toList());
      }
    } catch (IOException e) {
      throw FrameFile.failed(folder, e);
    }
  }

  /** All but the newest were forced when the next one was begun. */
  private void open(List<Path> paths) {
    for (int i = 0; i < paths.size(); i++) {
      Path path = paths.get(i);
      long start = Long.parseLong(path.getFileName().toString(), 16);
      lastOffset = start - 1;
      files.put(
          start,
          i < paths.size() - 1
              ? FrameFile.openComplete(path)
              : FrameFile.open(path, (at, content) -> lastOffset = content.getLong()));
    }
  }

  /** Adds a record unless it is there. */
  synchronized void add(long offset, Consumer<Bytes> writer) {
    if (offset <= lastOffset) {
      return;
    }
    frame.clear();
    frame.putLong(offset);
    writer.accept(frame);
    frame.putInt(frame.position() + TRAILER_BYTES);
    if (files.isEmpty() || files.lastEntry().getValue().sizeBytes() >= fileBytes) {
      roll(offset);
    }
    files.lastEntry().getValue().append(frame);
    lastOffset = offset;
    unforced = true;
  }

  private void roll(long offset) {
    force();
    files.put(offset, FrameFile.open(folder.resolve("%016x".formatted(offset)), (at, frame) -> {}));
    while (files.size() > MAX_FILES) {
      FrameFile oldest = files.pollFirstEntry().getValue();
      dropping.drop(oldest.path(), files.firstKey() - 1);
      oldest.close();
      try {
        Files.deleteIfExists(oldest.path());
      } catch (IOException e) {
        throw FrameFile.failed(oldest.path(), e);
      }
    }
  }

  synchronized void force() {
    if (unforced) {
      files.lastEntry().getValue().force();
      unforced = false;
    }
  }

  /** Offset of the newest record; -1 before the first. */
  synchronized long lastOffset() {
    return lastOffset;
  }

  /** Makes durable also what another process left without being forced. */
  synchronized void forceNewest() {
    unforced = !files.isEmpty();
    force();
  }

  /**
   * Records beyond an offset, oldest first. To read on from where another call ended costs no
   * search.
   *
   * @param upto the last offset wanted
   */
  synchronized <T> List<T> after(long offset, long upto, int limit, Function<Bytes, T> reader) {
    List<T> items = new ArrayList<>();
    Place place = placeAfter(offset);
    long last = offset;
    while (place != null && items.size() < limit) {
      Bytes content = readAt(Objects.requireNonNull(files.get(place.file)), place.position);
      if (content == null) {
        Long next = files.higherKey(place.file);
        if (next == null) {
          break;
        }
        place = new Place(next, 0);
        continue;
      }
      long at = content.getLong();
      if (at > upto) {
        break;
      }
      place = new Place(place.file, place.position + FrameFile.HEADER_BYTES + content.capacity());
      if (at > offset) {
        items.add(reader.apply(content));
        last = at;
      }
    }
    remember(last, place);
    return items;
  }

  private @Nullable Place placeAfter(long offset) {
    Place known = places.get(offset);
    if (known != null && files.containsKey(known.file)) {
      return known;
    }
    Long file = files.floorKey(offset);
    if (file == null) {
      file = files.isEmpty() ? null : files.firstKey();
    }
    return file == null ? null : new Place(file, 0);
  }

  private void remember(long last, @Nullable Place place) {
    if (place != null) {
      places.remove(last);
      places.putLast(last, place);
      if (places.size() > MAX_PLACES) {
        places.pollFirstEntry();
      }
    }
  }

  /** The record of an offset. */
  synchronized <T> Optional<T> find(long offset, Function<Bytes, T> reader) {
    var entry = files.floorEntry(offset);
    if (entry == null) {
      return Optional.empty();
    }
    FrameFile file = entry.getValue();
    long position = 0;
    Bytes content;
    while (position < file.sizeBytes() && (content = readAt(file, position)) != null) {
      if (content.getLong() == offset) {
        return Optional.of(reader.apply(content));
      }
      position += FrameFile.HEADER_BYTES + content.capacity();
    }
    return Optional.empty();
  }

  /**
   * Records below an offset, newest first, those for which the reader answers null left out.
   *
   * @param below {@link Long#MAX_VALUE} for the newest
   */
  <T> Part<T> newest(long below, int limit, Function<Bytes, @Nullable T> reader) {
    return newest(below, limit, reader, content -> false);
  }

  /**
   * The same.
   *
   * @param isPast asked of a record that is no item: nothing wanted is older
   */
  synchronized <T> Part<T> newest(
      long below, int limit, Function<Bytes, @Nullable T> reader, Predicate<Bytes> isPast) {
    List<T> items = new ArrayList<>();
    for (var file : files.headMap(below, false).descendingMap().values()) {
      long end = file.sizeBytes();
      while (end > 0) {
        Bytes content = readBefore(file, end);
        end -= FrameFile.HEADER_BYTES + content.capacity();
        long offset = content.getLong();
        T item = offset < below ? reader.apply(content) : null;
        if (item != null) {
          items.add(item);
          if (items.size() == limit) {
            return new Part<>(items, offset);
          }
        } else if (isPast.test(content)) {
          return new Part<>(items, -1);
        }
      }
    }
    return new Part<>(items, -1);
  }

  private static Bytes readBefore(FrameFile file, long end) {
    int length = file.readInt(end - TRAILER_BYTES);
    Bytes content = readAt(file, end - length - FrameFile.HEADER_BYTES);
    if (content == null) {
      throw FrameFile.failed(file.path(), new IOException("unreadable before byte " + end));
    }
    return content;
  }

  private static @Nullable Bytes readAt(FrameFile file, long position) {
    try {
      return file.read(position);
    } catch (IOException e) {
      throw FrameFile.failed(file.path(), e);
    }
  }

  /** Whether there may have been older records than those that are there. */
  synchronized boolean mayHaveDropped() {
    return files.size() >= MAX_FILES;
  }

  /** Keeps what was added so far. */
  synchronized void snapshot(SnapshotFolder to, String name) {
    for (FrameFile file : files.values()) {
      to.link(name + "/" + file.path().getFileName(), file.path(), file.sizeBytes());
    }
  }

  @Override
  public synchronized void close() {
    force();
    files.values().forEach(FrameFile::close);
  }
}
