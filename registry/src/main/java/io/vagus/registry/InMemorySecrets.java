package io.vagus.registry;

import io.vagus.model.DeviceId;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is known of secrets, in memory; its monitor guards their ages. */
final class InMemorySecrets implements SecretInventory {
  private final Map<DeviceId, Instant> setAt = new HashMap<>();
  private final SeenSecrets seen;

  InMemorySecrets(SeenSecrets seen) {
    this.seen = seen;
  }

  synchronized void set(DeviceId device, Instant at) {
    setAt.put(device, at);
  }

  synchronized void remove(DeviceId device) {
    setAt.remove(device);
  }

  @Override
  public List<List<DeviceId>> shared() {
    return seen.shared();
  }

  @Override
  public List<Weak> weak(int limit) {
    return seen.weak(limit);
  }

  /** Each was set since the start. */
  @Override
  public long countNotSeen() {
    return 0;
  }

  @Override
  public synchronized List<Held> setBefore(Instant time, int limit) {
    return setAt.entrySet().stream()
        .filter(e -> !e.getValue().isAfter(time))
        .sorted(
            Map.Entry.<DeviceId, Instant>comparingByValue()
                .thenComparing(Map.Entry.comparingByKey(Comparator.naturalOrder())))
        .limit(limit)
        .map(e -> new Held(e.getKey(), Optional.of(e.getValue())))
        .toList();
  }

  @Override
  public synchronized long count(Instant from, Instant to) {
    return setAt.values().stream().filter(at -> !at.isBefore(from) && at.isBefore(to)).count();
  }

  @Override
  public long countUnknown() {
    return 0;
  }
}
