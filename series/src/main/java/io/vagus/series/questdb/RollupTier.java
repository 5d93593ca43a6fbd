package io.vagus.series.questdb;

import io.vagus.series.Bucket;
import io.vagus.series.Steps;
import io.vagus.series.Times;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
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
  /** How long after its end a span is rolled up, so that what is on its way is in it. */
  private static final long SETTLE_MICROS = 5 * Times.MINUTE_MICROS;

  /** How long to collect late readings before a file is written again. */
  private static final long REWRITE_MICROS = Times.HOUR_MICROS;

  /** So many series are rolled up at a time, to bound memory. */
  private static final int SLICE = 4096;

  private final RollupFiles files;
  private final long spanMicros;
  private final long widthMicros;
  private final Finer finer;
  private final Marks marks = new Marks();
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
    this.spanMicros = spanMicros;
    this.widthMicros = widthMicros;
    this.finer = finer;
    this.files = new RollupFiles(directory, widthMicros, marks);
  }

  RollupFiles files() {
    return files;
  }

  Marks marks() {
    return marks;
  }

  long spanOf(long timeMicros) {
    return Times.floor(timeMicros, spanMicros);
  }

  /** Buckets with {@code fromMicros <= start < toMicros}, oldest first. */
  void read(int id, long fromMicros, long toMicros, Consumer<Bucket> sink) {
    SortedSet<Long> spans = new TreeSet<>(files.spans(spanOf(fromMicros), toMicros));
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
    List<Bucket> found = files.buckets(span, id, fromMicros, toMicros);
    return marks.isMarked(span, id) ? filled(span, id, fromMicros, toMicros) : found;
  }

  /** What the finer tier has, under what the file has. */
  private List<Bucket> filled(long span, int id, long fromMicros, long toMicros) {
    Steps late = new Steps(widthMicros);
    finer.one(id, fromMicros, toMicros, late);
    boolean keep = span < finer.horizonMicros();
    return keep
        ? fill(late.toList(), files.buckets(span, id, fromMicros, toMicros))
        : late.toList();
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
    RollupFile before = files.find(span);
    try (RollupWriter writer = files.writer(span)) {
      int kept = 0;
      for (int first = ids.nextSetBit(0); first >= 0; first = ids.nextSetBit(first)) {
        int[] slice = slice(ids, first);
        kept = rollSlice(span, slice, before, kept, writer);
        first = slice[slice.length - 1] + 1;
      }
      RollupFiles.copy(before, kept, Integer.MAX_VALUE, writer);
      files.replaced(span, writer.finish());
    }
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
      kept = RollupFiles.copy(before, kept, id, writer);
      Steps steps = made.remove(id);
      List<Bucket> fresh = steps == null ? List.of() : steps.toList();
      boolean gone = span < finer.horizonMicros();
      writer.add(id, gone ? fill(fresh, files.buckets(span, id, span, span + spanMicros)) : fresh);
      if (before != null && kept < before.entries() && before.idAt(kept) == id) {
        kept++;
      }
    }
    return kept;
  }
}
