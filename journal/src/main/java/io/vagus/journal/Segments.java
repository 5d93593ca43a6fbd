package io.vagus.journal;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The segments held, oldest first. Changed under its lock, read by any thread without. */
final class Segments {
  private volatile List<Segment> all;

  Segments(List<Segment> recovered) {
    all = List.copyOf(recovered);
  }

  List<Segment> all() {
    return all;
  }

  /** The segment that holds the offset, or will; the first when it is older; null when empty. */
  @Nullable Segment find(long offset) {
    List<Segment> now = all;
    int low = 0;
    int high = now.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (now.get(middle).base() <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return now.isEmpty() ? null : now.get(low);
  }

  synchronized void add(Segment segment) {
    List<Segment> next = new ArrayList<>(all);
    next.add(segment);
    all = List.copyOf(next);
  }

  synchronized void remove(Segment segment) {
    List<Segment> next = new ArrayList<>(all);
    next.removeIf(held -> held == segment);
    all = List.copyOf(next);
  }

  /** Bytes of the records from the offset on, but for some before it (an index's stride). */
  long bytesFrom(long offset) {
    long bytes = 0;
    for (Segment segment : all) {
      Segment.End end = segment.end();
      if (end.offset() > offset) {
        bytes += end.position() - segment.index().atOffset(offset, segment.base()).position();
      }
    }
    return bytes;
  }

  long sizeBytes() {
    return all.stream().mapToLong(Segment::sizeBytes).sum();
  }
}
