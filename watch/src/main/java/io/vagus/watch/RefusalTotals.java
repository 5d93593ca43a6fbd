package io.vagus.watch;

import io.vagus.model.DeviceId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * How often each registered device, or who said to be it, was refused, by reason: since counting
 * began for it, restarts included. Bounded by the number of devices and of reasons: what names
 * nobody knows takes no memory here. A lock guards it.
 */
final class RefusalTotals {
  private static final int MAX_REASONS = 64;

  /** What adds up for one device and one reason. */
  record Total(DeviceId device, Tally tally) {}

  private final Map<DeviceId, TreeMap<String, Tally>> devices = new HashMap<>();

  synchronized void add(DeviceId device, String reason, long nowMicros) {
    TreeMap<String, Tally> reasons = devices.computeIfAbsent(device, d -> new TreeMap<>());
    if (reasons.size() < MAX_REASONS || reasons.containsKey(reason)) {
      reasons.merge(
          reason,
          new Tally(reason, 1, nowMicros, nowMicros),
          (known, one) -> new Tally(reason, known.count() + 1, known.firstMicros(), nowMicros));
    }
  }

  /** Forgets the others: those that are deleted. */
  synchronized void retain(Predicate<DeviceId> registered) {
    devices.keySet().removeIf(registered.negate());
  }

  /** By reason. */
  synchronized List<Tally> of(DeviceId device) {
    return List.copyOf(devices.getOrDefault(device, new TreeMap<>()).values());
  }

  synchronized List<Total> all() {
    List<Total> all = new ArrayList<>();
    devices.forEach(
        (device, reasons) -> reasons.values().forEach(tally -> all.add(new Total(device, tally))));
    return all;
  }

  /** What was kept before; for an empty one. */
  synchronized void restore(List<Total> totals) {
    totals.forEach(total ->
        devices
            .computeIfAbsent(total.device(), d -> new TreeMap<>())
            .put(total.tally().reason(), total.tally()));
  }
}
