package io.vagus.watch;

import io.vagus.kit.WallClock;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import io.vagus.model.Transport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Predicate;

/**
 * Who was not let in, and why: the last {@link #MAX_ENTRIES} kinds of refusal, those of one minute
 * together, and counts by reason over the last minutes. A lock guards it: refusals are no message's
 * way.
 */
public final class RefusalLog {
  static final int MAX_ENTRIES = 10_000;
  private static final int MAX_CHARS = 256;
  private static final int STEPS = 31;
  private static final long STEP_MICROS = 10_000_000;
  private static final long WINDOW_MICROS = 300_000_000;

  private record Key(Transport listener, String reason, String source, String name, long minute) {}

  private static final class Steps {
    final int[] counts = new int[STEPS];
    long newest;

    /** How many steps back are still of now. */
    void advance(long step) {
      for (long s = Math.max(newest + 1, step - STEPS + 1); s <= step; s++) {
        counts[(int) (s % STEPS)] = 0;
      }
      newest = Math.max(newest, step);
    }
  }

  private final WallClock clock;
  private final SequencedMap<Key, Refusal> entries = new LinkedHashMap<>();
  private final Map<String, Steps> reasons = new HashMap<>();
  private long sequence;

  RefusalLog(WallClock clock) {
    this.clock = clock;
  }

  /**
   * A connection or a message was refused.
   *
   * @param name empty when it gave none
   */
  void refused(Transport listener, String reason, String source, String name, String detail) {
    long now = clock.micros();
    add(now, new Key(listener, reason, source, cut(name), now / 60_000_000), cut(detail));
  }

  private static String cut(String text) {
    return text.length() > MAX_CHARS ? text.substring(0, MAX_CHARS) + "…" : text;
  }

  /** What was kept before; for an empty one. */
  synchronized void restore(List<Refusal> kept) {
    for (Refusal r : kept) {
      entries.putLast(
          new Key(r.listener(), r.reason(), r.source(), r.name(), r.lastMicros() / 60_000_000), r);
      sequence = Math.max(sequence, r.sequence());
    }
  }

  /** The oldest first. */
  synchronized List<Refusal> all() {
    return List.copyOf(entries.values());
  }

  /** Rises with each refusal. */
  synchronized long sequence() {
    return sequence;
  }

  private synchronized void add(long now, Key key, String detail) {
    Refusal known = entries.remove(key);
    Refusal entry =
        new Refusal(
            ++sequence,
            known == null ? now : known.firstMicros(),
            now,
            known == null ? 1 : known.count() + 1,
            key.listener(),
            key.reason(),
            key.source(),
            key.name(),
            detail);
    entries.putLast(key, entry);
    if (entries.size() > MAX_ENTRIES) {
      entries.pollFirstEntry();
    }
    long step = now / STEP_MICROS;
    Steps steps = reasons.computeIfAbsent(key.reason(), r -> new Steps());
    steps.advance(step);
    steps.counts[(int) (step % STEPS)]++;
  }

  /**
   * Which refusals; all conditions hold at once.
   *
   * @param name who it said to be
   * @param within those that named one of these devices; empty: all
   * @param fromMicros the last of an entry at this time or later
   * @param toMicros the first of an entry before
   */
  public record Filter(
      Optional<String> name,
      Optional<String> reason,
      Optional<Predicate<DeviceId>> within,
      long fromMicros,
      long toMicros) {
    public static final Filter ALL =
        new Filter(
            Optional.empty(), Optional.empty(), Optional.empty(), Long.MIN_VALUE, Long.MAX_VALUE);

    boolean matches(Refusal entry) {
      return name.map(entry.name()::equals).orElse(true)
          && reason.map(entry.reason()::equals).orElse(true)
          && entry.lastMicros() >= fromMicros
          && entry.firstMicros() < toMicros
          && within.map(devices -> isOf(entry, devices)).orElse(true);
    }
  }

  /**
   * Newest first.
   *
   * @param below sequence of the last entry of the page before; {@link Long#MAX_VALUE} for the
   *     first
   */
  public synchronized Page<Refusal> newest(Filter filter, long below, int limit) {
    List<Refusal> found = new ArrayList<>();
    for (Refusal entry : entries.sequencedValues().reversed()) {
      if (entry.sequence() < below && filter.matches(entry)) {
        if (found.size() == limit) {
          return new Page<>(found, Optional.of(Long.toString(found.getLast().sequence())));
        }
        found.add(entry);
      }
    }
    return new Page<>(found, Optional.empty());
  }

  /**
   * By reason, of the entries of the last five minutes whose name is one of those devices; an entry
   * counts whole.
   */
  synchronized Map<String, Long> recent(Predicate<DeviceId> devices) {
    long since = clock.micros() - WINDOW_MICROS;
    Map<String, Long> sums = new HashMap<>();
    for (Refusal entry : entries.sequencedValues().reversed()) {
      if (entry.lastMicros() < since) {
        break;
      }
      if (isOf(entry, devices)) {
        sums.merge(entry.reason(), entry.count(), Long::sum);
      }
    }
    return sums;
  }

  private static boolean isOf(Refusal entry, Predicate<DeviceId> devices) {
    return DeviceId.isValid(entry.name()) && devices.test(new DeviceId(entry.name()));
  }

  /** By reason, of the last five minutes. */
  synchronized Map<String, Long> recent() {
    long step = clock.micros() / STEP_MICROS;
    Map<String, Long> sums = new HashMap<>();
    reasons.forEach((reason, steps) -> {
      steps.advance(step);
      long sum = 0;
      for (int count : steps.counts) {
        sum += count;
      }
      if (sum > 0) {
        sums.put(reason, sum);
      }
    });
    return sums;
  }
}
