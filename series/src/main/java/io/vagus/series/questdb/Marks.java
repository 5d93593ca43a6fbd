package io.vagus.series.questdb;

import java.util.BitSet;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which series of which spans have readings that their roll-up does not know yet. A span is either
 * marked as a whole or by series; while it is being rolled up it stays marked, and what is marked
 * then stays when it is done.
 *
 * <p>Mutable; guarded by its own lock.
 */
final class Marks {
  /** Beyond so many spans, new ones are marked as a whole, which takes no memory. */
  private static final int MAX_DETAILED_SPANS = 512;

  private final TreeMap<Long, Span> spans = new TreeMap<>();

  private static final class Span {
    @Nullable BitSet ids;
    @Nullable BitSet whileRolling;

    Span(@Nullable BitSet ids) {
      this.ids = ids;
    }
  }

  /** What to roll up; null ids stand for all. */
  record Work(@Nullable BitSet ids) {}

  synchronized void markAll(long span) {
    spans.put(span, new Span(null));
  }

  /** True when the span had no mark before, so that it is not on disk yet. */
  synchronized boolean mark(long span, int id) {
    Span found = spans.get(span);
    boolean isNew = found == null;
    if (found == null) {
      found = new Span(spans.size() < MAX_DETAILED_SPANS ? new BitSet() : null);
      spans.put(span, found);
    }
    if (found.ids != null) {
      found.ids.set(id);
    }
    if (found.whileRolling != null) {
      found.whileRolling.set(id);
    }
    return isNew;
  }

  synchronized boolean isMarked(long span, int id) {
    Span found = spans.get(span);
    return found != null && (found.ids == null || found.ids.get(id));
  }

  synchronized NavigableSet<Long> spans() {
    return new TreeSet<>(spans.keySet());
  }

  synchronized NavigableSet<Long> spans(long from, long to) {
    return new TreeSet<>(spans.subMap(from, to).keySet());
  }

  synchronized boolean anyBefore(long span) {
    return !spans.headMap(span).isEmpty();
  }

  synchronized Work beginRolling(long span) {
    Span found = spans.get(span);
    if (found == null) {
      return new Work(new BitSet());
    }
    found.whileRolling = new BitSet();
    return new Work(found.ids == null ? null : (BitSet) found.ids.clone());
  }

  synchronized void endRolling(long span) {
    Span found = spans.get(span);
    if (found == null || found.whileRolling == null) {
      return;
    }
    if (found.whileRolling.isEmpty()) {
      spans.remove(span);
    } else {
      found.ids = found.whileRolling;
      found.whileRolling = null;
    }
  }
}
