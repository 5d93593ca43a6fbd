package io.vagus.registry;

import io.vagus.kit.WallClock;
import io.vagus.model.Desired;
import io.vagus.model.DeviceId;
import io.vagus.model.Document;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Desired states without a disk: every version of each. Owns its lock. */
final class InMemoryDesired implements DesiredStates {
  private final DeviceLookup devices;
  private final InMemoryEvents events;
  private final Listeners listeners;
  private final WallClock wall;
  private final TreeMap<DeviceId, List<Desired>> versions = new TreeMap<>();

  InMemoryDesired(
      DeviceLookup devices, InMemoryEvents events, Listeners listeners, WallClock wall) {
    this.devices = devices;
    this.events = events;
    this.listeners = listeners;
    this.wall = wall;
  }

  @Override
  public synchronized Desired of(DeviceId device) {
    return versions.containsKey(device) ? versions.get(device).getLast() : Desired.none(device);
  }

  @Override
  public List<Desired> change(List<Change> changes, OptionalLong ifVersion) {
    List<Desired> after = new ArrayList<>();
    List<Desired> changed = new ArrayList<>();
    List<Desired> replaced = new ArrayList<>();
    synchronized (this) {
      for (Change change : changes) {
        DeviceRules.existing(devices, change.device());
        Desired before = of(change.device());
        Optional<Desired> next =
            DesiredRules.changed(before, change.patch(), ifVersion, wall.micros());
        if (next.isPresent()) {
          changed.add(next.get());
          replaced.add(before);
        }
        after.add(next.orElse(before));
      }
      changed.forEach(this::put);
    }
    for (int i = 0; i < changed.size(); i++) {
      listeners.desiredChanged(replaced.get(i), changed.get(i));
    }
    return List.copyOf(after);
  }

  private void put(Desired desired) {
    versions.computeIfAbsent(desired.device(), d -> new ArrayList<>()).add(desired);
    events.append(DesiredFacts.changed(desired));
  }

  @Override
  public synchronized Desired asOf(DeviceId device, Instant time) {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, time);
    return versions.getOrDefault(device, List.of()).reversed().stream()
        .filter(v -> v.updatedMicros() <= micros)
        .findFirst()
        .orElse(Desired.none(device));
  }

  @Override
  public synchronized List<Desired> page(Optional<DeviceId> after, int limit) {
    return (after.isPresent() ? versions.tailMap(after.get(), false) : versions)
        .values().stream().map(List::getLast).limit(limit).toList();
  }

  /** A device of that name that comes later holds no version that is new to it. */
  synchronized void deviceDeleted(DeviceId device) {
    List<Desired> known = versions.get(device);
    if (known != null) {
      known.add(known.getLast().next(Document.EMPTY, wall.micros()));
    }
  }
}
