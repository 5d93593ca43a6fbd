package io.vagus.series.questdb;

import io.vagus.kit.SnapshotFolder;
import io.vagus.kit.VagusException;
import io.vagus.series.Bucket;
import io.vagus.series.Steps;
import io.vagus.series.Times;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One width of roll-ups, a {@link RollupFile} for each span of time, made from the next finer tier.
 *
 * <p>A marked series of a span is answered from the finer tier, so an answer is right whether its
 * roll-up is up to date or not. Rolling up a span reads the finer tier once for all its marked
 * series and replaces the file. Before the finer tier's horizon its data is gone: there a bucket
 * that exists stays, and only missing ones are added.
 *
 * <p>Queries come from any thread, {@link #roll} and {@link #expire} from one at a time.
 */
final class RollupTier {
  private static final System.Logger LOG = System.getLogger(RollupTier.class.getName());
  private static final String SUFFIX = ".roll";

  /** How long after its end a span is rolled up, so that what is on its way is in it. */
  private static final long SETTLE_MICROS = 5 * Times.MINUTE_MICROS;

  /** How long to collect late readings before a file is written again. */
  private static final long REWRITE_MICROS = Times.HOUR_MICROS;

  /** So many series are rolled up at a time, to bound memory. */
  private static final int SLICE = 4096;

  private final Path directory;
  private final long spanMicros;
  private final long widthMicros;
  private final Finer finer;
  private final Marks marks = new Marks();
  private final ConcurrentSkipListSet<Long> files = new ConcurrentSkipListSet<>();
  private final Map<Long, RollupFile> open = new ConcurrentHashMap<>();
  private final Map<Long, Long> rolledAtMicros = new HashMap<>();

  /** Where roll-ups are made from. */
  interface Finer {
    /** What there is of one series, oldest first. */
    void one(int id, long fromMicros, long toMicros, Consumer<Bucket> sink);

    /** The same of many series, ascending ids, each one's oldest first. */
    void many(int[] ids, long fromMicros, long toMicros, Sink sink);

    /** The time before which it holds only what came late. */
    long horizonMicros();

    @FunctionalInterface
    interface Sink {
      void accept(int id, Bucket bucket);
    }
  }

  RollupTier(Path directory, long spanMicros, long widthMicros, Finer finer) throws IOException {
    this.directory = Files.createDirectories(directory);
    this.spanMicros = spanMicros;
    this.widthMicros = widthMicros;
    this.finer = finer;
    try (Stream<Path> found = Files.list(directory)) {
      found
          .map(p -> p.getFileName().toString())
          .filter(name -> name.endsWith(SUFFIX))
          .map(name -> Long.parseLong(name.substring(0, name.length() - SUFFIX.length())))
          .forEach(files::add);
    }
  }

  Marks marks() {
    return marks;
  }

  long spanOf(long timeMicros) {
    return Times.floor(timeMicros, spanMicros);
  }

  /** Buckets with {@code fromMicros <= start < toMicros}, oldest first. */
  void read(int id, long fromMicros, long toMicros, Consumer<Bucket> sink) {
    SortedSet<Long> spans = new TreeSet<>(files.subSet(spanOf(fromMicros), toMicros));
    spans.addAll(marks.spans(spanOf(fromMicros), toMicros));
    Run run = new Run(id, sink);
    for (long span : spans) {
      long from = Math.max(span, fromMicros);
      long to = Math.min(span + spanMicros, toMicros);
      boolean marked = marks.isMarked(span, id);
      if (marked && span >= finer.horizonMicros()) {
        run.extend(from, to);
      } else {
        run.end();
        (marked ? filled(span, id, from, to) : stored(span, id, from, to)).forEach(sink);
      }
    }
    run.end();
  }

  /** Marked spans in a row, asked of the finer tier at once. */
  private final class Run {
    private final int id;
    private final Consumer<Bucket> sink;
    private long fromMicros;
    private long toMicros;

    Run(int id, Consumer<Bucket> sink) {
      this.id = id;
      this.sink = sink;
    }

    void extend(long from, long to) {
      fromMicros = toMicros == 0 ? from : fromMicros;
      toMicros = to;
    }

    void end() {
      if (toMicros > 0) {
        Steps steps = new Steps(widthMicros);
        finer.one(id, fromMicros, toMicros, steps);
        steps.toList().forEach(sink);
        toMicros = 0;
      }
    }
  }

  /** From the file, or made anew when it turns out to be damaged. */
  private List<Bucket> stored(long span, int id, long fromMicros, long toMicros) {
    List<Bucket> found = inFile(span, id, fromMicros, toMicros);
    return marks.isMarked(span, id) ? filled(span, id, fromMicros, toMicros) : found;
  }

  /** What the finer tier has, under what the file has. */
  private List<Bucket> filled(long span, int id, long fromMicros, long toMicros) {
    Steps late = new Steps(widthMicros);
    finer.one(id, fromMicros, toMicros, late);
    boolean keep = span < finer.horizonMicros();
    return keep ? fill(late.toList(), inFile(span, id, fromMicros, toMicros)) : late.toList();
  }

  /** A block that turns out to be damaged counts as none, and is marked to be made again. */
  private List<Bucket> inFile(long span, int id, long fromMicros, long toMicros) {
    RollupFile file = file(span);
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

  private @Nullable RollupFile file(long span) {
    if (!files.contains(span)) {
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
      files.remove(span);
      Files.move(path, path.resolveSibling(path.getFileName() + ".damaged"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Late buckets where nothing is stored; what is stored stays. */
  private static List<Bucket> fill(List<Bucket> late, List<Bucket> stored) {
    NavigableMap<Long, Bucket> all = new TreeMap<>();
    late.forEach(b -> all.put(b.startMicros(), b));
    stored.forEach(b -> all.put(b.startMicros(), b));
    return List.copyOf(all.values());
  }

  /**
   * Rolls up the marked spans that are over.
   *
   * @param urgentMicros spans before this are rolled up in any case, as the finer tier drops them
   * @param writing held while readings are marked and written, until they are visible
   */
  void roll(long nowMicros, long urgentMicros, int seriesCount, Lock writing) throws IOException {
    for (long span : marks.spans()) {
      long end = span + spanMicros;
      long rolledAt = rolledAtMicros.getOrDefault(span, Long.MIN_VALUE);
      boolean due = end + SETTLE_MICROS <= nowMicros && rolledAt <= nowMicros - REWRITE_MICROS;
      if (due || span < urgentMicros) {
        rollSpan(span, begin(span, seriesCount, writing));
        rolledAtMicros.put(span, nowMicros);
      }
    }
    rolledAtMicros.values().removeIf(at -> at < nowMicros - REWRITE_MICROS);
  }

  /** The marked series; all their readings so far can be read. */
  private BitSet begin(long span, int seriesCount, Lock writing) {
    writing.lock();
    try {
      BitSet ids = marks.beginRolling(span).ids();
      if (ids == null) {
        ids = new BitSet();
        ids.set(0, seriesCount);
      }
      return ids;
    } finally {
      writing.unlock();
    }
  }

  private void rollSpan(long span, BitSet ids) throws IOException {
    RollupFile before = file(span);
    try (RollupWriter writer = new RollupWriter(path(span), span, widthMicros)) {
      int kept = 0;
      for (int first = ids.nextSetBit(0); first >= 0; first = ids.nextSetBit(first)) {
        int[] slice = slice(ids, first);
        kept = rollSlice(span, slice, before, kept, writer);
        first = slice[slice.length - 1] + 1;
      }
      copy(before, kept, Integer.MAX_VALUE, writer);
      if (writer.finish()) {
        files.add(span);
      } else {
        files.remove(span);
      }
    }
    open.remove(span);
    marks.endRolling(span);
  }

  private static int[] slice(BitSet ids, int first) {
    int[] slice = new int[SLICE];
    int size = 0;
    for (int id = first; id >= 0 && size < SLICE; id = ids.nextSetBit(id + 1)) {
      slice[size++] = id;
    }
    return Arrays.copyOf(slice, size);
  }

  /**
   * Writes the slice, and before each of its series what the old file has between; returns how far.
   */
  private int rollSlice(
      long span, int[] slice, @Nullable RollupFile before, int keptSoFar, RollupWriter writer)
      throws IOException {
    Map<Integer, Steps> made = new HashMap<>();
    finer.many(
        slice,
        span,
        span + spanMicros,
        (id, bucket) -> made.computeIfAbsent(id, i -> new Steps(widthMicros)).accept(bucket));
    int kept = keptSoFar;
    for (int id : slice) {
      kept = copy(before, kept, id, writer);
      Steps steps = made.remove(id);
      List<Bucket> fresh = steps == null ? List.of() : steps.toList();
      boolean gone = span < finer.horizonMicros();
      writer.add(id, gone ? fill(fresh, inFile(span, id, span, span + spanMicros)) : fresh);
      if (before != null && kept < before.entries() && before.idAt(kept) == id) {
        kept++;
      }
    }
    return kept;
  }

  private static int copy(@Nullable RollupFile from, int entry, int beforeId, RollupWriter writer)
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
    List<Long> over = new ArrayList<>(files.headSet(horizonMicros));
    for (long span : over) {
      files.remove(span);
      open.remove(span);
      Files.deleteIfExists(path(span));
    }
  }

  void snapshot(SnapshotFolder folder, String name) {
    for (long span : files) {
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
