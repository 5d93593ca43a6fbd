package io.vagus.api;

import io.vagus.api.TimelineItem.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Puts what several sources know of a device on one time axis. Each source is asked for its newest,
 * so many; below the oldest of one that has more, nothing is certain to be whole, so the page ends
 * there and the next one begins. Immutable.
 */
final class Timeline {
  /** Knows of one kind. */
  interface Source {
    /**
     * The newest so many that fall into the range, in any order; those that had begun before too.
     */
    List<TimelineItem> newest(Range range, int limit);
  }

  /**
   * A time.
   *
   * @param toMicros excluded
   */
  record Range(long fromMicros, long toMicros) {}

  /**
   * The newest of a range.
   *
   * @param toMicros where to go on; empty when all was told
   */
  record Page(List<TimelineItem> items, OptionalLong toMicros) {}

  private static final Comparator<TimelineItem> NEWEST_FIRST =
      Comparator.comparingLong(TimelineItem::timeMicros)
          .reversed()
          .thenComparing(TimelineItem::kind)
          .thenComparing(TimelineItem::what);

  private final Map<Kind, Source> sources;

  Timeline(Map<Kind, Source> sources) {
    this.sources = new EnumMap<>(sources);
  }

  /** At most about {@code limit}: what happened at the same microsecond stays together. */
  Page newest(Set<Kind> kinds, Range range, int limit) {
    List<TimelineItem> all = new ArrayList<>();
    long whole = Long.MIN_VALUE;
    for (Kind kind : kinds) {
      List<TimelineItem> found = new ArrayList<>(source(kind).newest(range, limit + 1));
      found.sort(NEWEST_FIRST);
      all.addAll(found);
      if (found.size() > limit) {
        whole = Math.max(whole, found.get(limit).timeMicros() + 1);
      }
    }
    all.sort(NEWEST_FIRST);
    if (all.size() > limit) {
      whole = Math.max(whole, all.get(limit - 1).timeMicros());
    }
    return cut(all, whole);
  }

  private Source source(Kind kind) {
    return Objects.requireNonNull(sources.get(kind), "each kind has its source");
  }

  private static Page cut(List<TimelineItem> all, long whole) {
    if (whole == Long.MIN_VALUE) {
      return new Page(all, OptionalLong.empty());
    }
    long floor = Math.min(whole, all.getFirst().timeMicros());
    List<TimelineItem> kept = all.stream().filter(i -> i.timeMicros() >= floor).toList();
    boolean more = kept.size() < all.size();
    return new Page(kept, more ? OptionalLong.of(floor) : OptionalLong.empty());
  }
}
