package io.vagus.process;

import io.vagus.kit.WallClock;
import io.vagus.ledger.Gap;
import io.vagus.ledger.GapFilter;
import io.vagus.model.Page;
import io.vagus.wire.Sample;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Lists the gaps of all devices, the silences that still last among them. Thread-safe. */
final class OpenGaps {
  private static final Comparator<Gap> NEWEST_FIRST =
      Comparator.comparingLong(Gap::toMicros)
          .reversed()
          .thenComparing(Gap::device)
          .thenComparing(Gap::kind)
          .thenComparing(Gap::fromMicros);

  private final Partition partition;
  private final WallClock clock;

  OpenGaps(Partition partition, WallClock clock) {
    this.partition = partition;
    this.clock = clock;
  }

  /**
   * @param cursor how many to pass over
   */
  Page<Gap> list(GapFilter filter, int cursor, int limit) {
    List<Gap> gaps = new ArrayList<>();
    long nowMicros = clock.micros();
    if (filter.device().isPresent()) {
      partition.device(filter.device().get()).ifPresent(state -> addAll(state, nowMicros, gaps));
    } else {
      partition.devices().forEach(state -> addAll(state, nowMicros, gaps));
    }
    gaps.removeIf(gap -> !filter.matches(gap));
    gaps.sort(NEWEST_FIRST);
    int from = Math.min(cursor, gaps.size());
    int to = Math.min(from + limit, gaps.size());
    return new Page<>(
        gaps.subList(from, to),
        to < gaps.size() ? Optional.of(String.valueOf(to)) : Optional.empty());
  }

  private static void addAll(DeviceState state, long nowMicros, List<Gap> gaps) {
    synchronized (state) {
      gaps.addAll(state.gaps.list(state.device));
      long last = state.gaps.lastMicros();
      long missing =
          last == Sample.ABSENT ? 0 : Gaps.missing(nowMicros - last, state.cadenceMicros);
      if (missing > 0) {
        gaps.add(new Gap(state.device, Gap.Kind.CADENCE, last, nowMicros, missing));
      }
    }
  }
}
