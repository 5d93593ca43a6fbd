package io.vagus.watch;

import io.vagus.model.DeviceId;
import io.vagus.registry.RegistryListener;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;

/**
 * What devices were seen to misuse since the start, by device. In memory: what a device does it
 * does again. Bounded by the number of devices, and of the kinds of misuse. Thread-safe.
 */
public final class Lint implements RegistryListener {
  /** Devices that are told apart; of more nothing is kept. */
  static final int MAX_DEVICES = 200_000;

  private final ConcurrentSkipListMap<DeviceId, Map<Misuse, Finding>> found =
      new ConcurrentSkipListMap<>();

  /**
   * What a device was seen to do.
   *
   * @param topic of the last time; empty when there is none
   */
  public record Finding(
      Misuse misuse, long count, long firstMicros, long lastMicros, String topic) {
    Finding again(long micros, String lastTopic) {
      return new Finding(misuse, count + 1, firstMicros, micros, lastTopic);
    }
  }

  /** A device and all that it was seen to do. */
  public record OfDevice(DeviceId device, List<Finding> findings) {}

  void misused(DeviceId device, Misuse misuse, String topic, long nowMicros) {
    if (found.size() >= MAX_DEVICES && !found.containsKey(device)) {
      return;
    }
    found.compute(
        device,
        (id, before) -> {
          Map<Misuse, Finding> after = new EnumMap<>(Misuse.class);
          if (before != null) {
            after.putAll(before);
          }
          Finding known = after.get(misuse);
          after.put(
              misuse,
              known == null
                  ? new Finding(misuse, 1, nowMicros, nowMicros, topic)
                  : known.again(nowMicros, topic));
          return after;
        });
  }

  /** In the order of the kinds. */
  public List<Finding> of(DeviceId device) {
    return List.copyOf(found.getOrDefault(device, Map.of()).values());
  }

  /**
   * Devices that misuse something, by id.
   *
   * @param misuse only that
   */
  public List<OfDevice> devices(
      Predicate<DeviceId> seen, Optional<Misuse> misuse, Optional<DeviceId> after, int limit) {
    List<OfDevice> devices = new ArrayList<>();
    for (DeviceId device :
        (after.isPresent() ? found.tailMap(after.get(), false) : found).navigableKeySet()) {
      if (devices.size() == limit) {
        break;
      }
      List<Finding> findings =
          of(device).stream()
              .filter(finding -> misuse.isEmpty() || misuse.get() == finding.misuse())
              .toList();
      if (!findings.isEmpty() && seen.test(device)) {
        devices.add(new OfDevice(device, findings));
      }
    }
    return devices;
  }

  @Override
  public void deviceDeleted(DeviceId device) {
    found.remove(device);
  }

  @Override
  public void deviceBarred(DeviceId device) {}

  @Override
  public void applicationChanged(String name) {}
}
