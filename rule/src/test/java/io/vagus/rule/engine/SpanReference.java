package io.vagus.rule.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Tumbling and session windows as one would write them who has all the time and memory in the
 * world: every reading is kept, each span is found anew from all of them, and its values come from
 * passing over its readings twice.
 */
final class SpanReference {
  record Taken(long time, double value) {}

  private final WindowShape shape;
  private final List<Taken> open = new ArrayList<>();
  private long watermark = Long.MIN_VALUE;
  private long moved;
  private long closed = Long.MIN_VALUE;
  int late;

  SpanReference(WindowShape shape) {
    this.shape = shape;
  }

  /** The spans that a reading closes, by its coming and by the watermark. */
  List<Map<String, Object>> reading(long time, double value, long now) {
    List<Map<String, Object>> spans = new ArrayList<>(time(now));
    long at = Math.min(time, now);
    if (isLate(at)) {
      late++;
    } else {
      open.add(new Taken(at, value));
    }
    if (at > watermark) {
      watermark = at;
      moved = now;
    }
    spans.addAll(time(now));
    return spans;
  }

  private boolean isLate(long time) {
    if (time < closed) {
      return true;
    }
    boolean joins =
        shape.kind() == WindowShape.Kind.SESSION
            && open.stream().anyMatch(t -> Math.abs(t.time() - time) < shape.sizeMicros());
    return !joins
        && watermark != Long.MIN_VALUE
        && end(List.of(new Taken(time, 0))) + shape.latenessMicros() <= watermark;
  }

  /** The spans that are over by then. */
  List<Map<String, Object>> time(long now) {
    List<Map<String, Object>> over = new ArrayList<>();
    long gone = Math.max(0, now - moved - SpanState.GRACE_MICROS);
    for (List<Taken> span : spans()) {
      if (end(span) + shape.latenessMicros() <= watermark + gone) {
        over.add(values(span, from(span), end(span)));
        closed = Math.max(closed, end(span));
        open.removeAll(span);
      }
    }
    return over;
  }

  private List<List<Taken>> spans() {
    List<Taken> sorted = open.stream().sorted(Comparator.comparingLong(Taken::time)).toList();
    if (shape.kind() == WindowShape.Kind.TUMBLING) {
      return List.copyOf(
          sorted.stream()
              .collect(
                  Collectors.groupingBy(
                      t -> Math.floorDiv(t.time(), shape.sizeMicros()),
                      TreeMap::new,
                      Collectors.toList()))
              .values());
    }
    List<List<Taken>> sessions = new ArrayList<>();
    for (Taken taken : sorted) {
      boolean goesOn =
          !sessions.isEmpty()
              && taken.time() - sessions.getLast().getLast().time() < shape.sizeMicros();
      if (!goesOn) {
        sessions.add(new ArrayList<>());
      }
      sessions.getLast().add(taken);
    }
    return sessions;
  }

  private long from(List<Taken> span) {
    long first = span.getFirst().time();
    return shape.kind() == WindowShape.Kind.TUMBLING
        ? Math.floorDiv(first, shape.sizeMicros()) * shape.sizeMicros()
        : first;
  }

  private long end(List<Taken> span) {
    return shape.sizeMicros()
        + (shape.kind() == WindowShape.Kind.TUMBLING ? from(span) : span.getLast().time());
  }

  /** As a firing has them, by path. */
  static Map<String, Object> values(List<Taken> span, long from, long to) {
    double sum = span.stream().mapToDouble(Taken::value).sum();
    double mean = sum / span.size();
    double squares = span.stream().mapToDouble(t -> Math.pow(t.value() - mean, 2)).sum();
    double ofSquares = span.stream().mapToDouble(t -> t.value() * t.value()).sum();
    Map<String, Object> values = new TreeMap<>();
    values.put("windows.w.count", (double) span.size());
    values.put("windows.w.sum", sum);
    values.put("windows.w.mean", mean);
    values.put("windows.w.min", span.stream().mapToDouble(Taken::value).min().orElseThrow());
    values.put("windows.w.max", span.stream().mapToDouble(Taken::value).max().orElseThrow());
    values.put("windows.w.stddev", Math.sqrt(squares / span.size()));
    values.put("windows.w.rms", Math.sqrt(ofSquares / span.size()));
    values.put("windows.w.first", span.getFirst().value());
    values.put("windows.w.last", span.getLast().value());
    values.put("windows.w.from", WindowValues.instant(from).toString());
    values.put("windows.w.to", WindowValues.instant(to).toString());
    return values;
  }
}
