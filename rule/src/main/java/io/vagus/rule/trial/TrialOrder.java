package io.vagus.rule.trial;

import io.vagus.model.DeviceId;
import io.vagus.rule.Rule;
import io.vagus.rule.RuleVersion;
import io.vagus.rule.Window;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What is to be tried on what.
 *
 * @param inForce what it is held against
 * @param fromMicros of receive time; before it so much is heard as windows need
 * @param toMicros excluded
 * @param limit firings that are shown
 */
public record TrialOrder(
    Rule candidate,
    Optional<RuleVersion> inForce,
    List<DeviceId> devices,
    long fromMicros,
    long toMicros,
    int limit) {
  public static final int MAX_DEVICES = 1000;
  public static final int MAX_FIRINGS = 10_000;

  /** Readings of all devices together. */
  public static final long MAX_READINGS = 5_000_000;

  /** Readings of one device, and of the related ones that it is heard with: they are sorted. */
  public static final int MAX_AT_ONCE = 1_000_000;

  private static final long HOUR_MICROS = 3_600_000_000L;

  public TrialOrder {
    devices = List.copyOf(devices);
    requireAtMost("devices", devices.size(), MAX_DEVICES);
    requireAtMost("limit", limit, MAX_FIRINGS);
  }

  private static void requireAtMost(String what, int value, int most) {
    if (value > most) {
      throw new IllegalArgumentException("%s: %d (expected: <= %d)".formatted(what, value, most));
    }
  }

  /**
   * How long before {@code from} what is heard still counts: the longest that either remembers, an
   * hour at least for metrics that come seldom.
   */
  long memoryMicros() {
    return List.of(Optional.of(candidate), inForce.map(RuleVersion::rule)).stream()
        .flatMap(Optional::stream)
        .map(rule -> Math.max(HOUR_MICROS, memoryMicros(rule)))
        .max(Comparator.naturalOrder())
        .orElse(HOUR_MICROS);
  }

  private static long memoryMicros(Rule rule) {
    long longest =
        rule.windows().values().stream()
            .mapToLong(window ->
                switch (window) {
                  case Window.Tumbling w -> w.size().plus(w.lateness()).toMillis();
                  case Window.Sliding w -> w.size().toMillis();
                  case Window.Session w -> w.longest().plus(w.gap()).toMillis();
                  case Window.Absence w -> w.after().toMillis();
                })
            .max()
            .orElse(0);
    return 1000 * (longest + rule.hold().toMillis() + rule.cooldown().toMillis());
  }
}
