package io.vagus.registry;

import io.vagus.kit.WallClock;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.model.Page;
import io.vagus.registry.Registry.Application;
import io.vagus.registry.Registry.Child;
import io.vagus.registry.Registry.DeviceFilter;
import io.vagus.registry.Registry.DevicePatch;
import io.vagus.registry.Registry.NewDevice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;

/**
 * The devices of the twin without a disk, and the hashes of secrets. Changes are made under the
 * registry's lock.
 */
final class InMemoryDevices implements Devices, DeviceLookup, HashedCredentials.Store {
  private final Object lock;
  private final Supplier<Catalogue> catalogue;
  private final Supplier<GroupTree> groups;
  private final InMemoryEvents events;
  private final InMemoryCertificates certificates;
  private final Listeners listeners;
  private final WallClock wall;
  private final ConcurrentNavigableMap<DeviceId, Device> devices = new ConcurrentSkipListMap<>();
  private final Map<String, String> hashes = new HashMap<>();
  private final InMemorySecrets secretTimes;
  private final HashedCredentials credentials;
  private final InMemoryDesired desired;

  /**
   * @param lock of the registry
   */
  InMemoryDevices(
      Object lock,
      Supplier<Catalogue> catalogue,
      Supplier<GroupTree> groups,
      InMemoryEvents events,
      InMemoryCertificates certificates,
      Listeners listeners,
      WallClock wall) {
    this.lock = lock;
    this.catalogue = catalogue;
    this.groups = groups;
    this.events = events;
    this.certificates = certificates;
    this.listeners = listeners;
    this.wall = wall;
    this.credentials = new HashedCredentials(this, wall);
    this.secretTimes = credentials.inMemory();
    this.desired = new InMemoryDesired(this, events, listeners, wall);
  }

  InMemoryDesired desired() {
    return desired;
  }

  HashedCredentials credentials() {
    return credentials;
  }

  /** Of an application, under the lock. */
  void saveHash(String application, String hash) {
    hashes.put(application, hash);
  }

  void deleteHash(String application) {
    hashes.remove(application);
  }

  @Override
  public Device createDevice(NewDevice device) {
    return createDevices(List.of(device)).getFirst();
  }

  @Override
  public List<Device> createDevices(List<NewDevice> created) {
    DeviceRules.requireStorable(created);
    List<Optional<String>> newHashes =
        credentials.hashAll(created.stream().map(NewDevice::secret).toList());
    List<Device> born = new ArrayList<>(created.size());
    synchronized (lock) {
      DeviceRules.requirePlaceable(this, created);
      for (int i = 0; i < created.size(); i++) {
        Device device = DeviceRules.born(created.get(i), wall.now());
        born.add(device);
        devices.put(device.id(), device);
        newHashes.get(i).ifPresent(hash -> keep(device, hash));
        events.append(DeviceFacts.created(device, newHashes.get(i)));
      }
    }
    created.forEach(device -> credentials.set(device.id(), device.secret()));
    listeners.devicesCreated(born);
    return List.copyOf(born);
  }

  @Override
  public Optional<Device> device(DeviceId id) {
    return Optional.ofNullable(devices.get(id));
  }

  @Override
  public Optional<Child> child(DeviceId id) {
    return device(id).flatMap(Child::of);
  }

  @Override
  public Page<Device> devices(DeviceFilter filter, Optional<String> cursor, int limit) {
    Rules.requireFilter(filter);
    Paging.requireLimit(limit);
    Map<DeviceId, Device> rest =
        cursor.isPresent() ? devices.tailMap(Paging.cursorDevice(cursor.get()), false) : devices;
    List<Device> found = Matching.found(rest, filter, groups.get()).limit(limit + 1L).toList();
    return Paging.page(found, limit);
  }

  @Override
  public long countDevices(DeviceFilter filter) {
    Rules.requireFilter(filter);
    return Matching.found(devices, filter, groups.get()).count();
  }

  @Override
  public Device updateDevice(DeviceId id, DevicePatch patch, OptionalLong ifVersion) {
    Device before;
    Device after;
    synchronized (lock) {
      before = DeviceRules.existing(this, id);
      after = DeviceRules.patched(this, id, patch, ifVersion, wall.now());
      if (!after.equals(before)) {
        devices.put(id, after);
        if (!after.status().hasCredentials()) {
          hashes.remove(id.value());
          secretTimes.remove(id);
          certificates.deviceDeleted(id);
        }
        events.append(DeviceFacts.changed(before, after));
      }
    }
    if (after.status().hasCredentials()) {
      credentials.forget(id.value());
    } else {
      credentials.gone(id);
    }
    listeners.deviceSaved(before, after);
    return after;
  }

  @Override
  public void deleteDevice(DeviceId id) {
    synchronized (lock) {
      devices.remove(DeviceRules.deletable(this, id).id());
      hashes.remove(id.value());
      secretTimes.remove(id);
      certificates.deviceDeleted(id);
      desired.deviceDeleted(id);
      events.append(DeviceFacts.deleted(id));
    }
    credentials.gone(id);
    listeners.deviceDeleted(id);
  }

  @Override
  public void rotateSecret(DeviceId id, Secret secret) {
    DeviceRules.requireNotIts(id, secret);
    String hash = credentials.hash(secret);
    Device before;
    Device after;
    synchronized (lock) {
      before = DeviceRules.existing(this, id);
      after = DeviceRules.provisioned(before, wall.now());
      devices.put(id, after);
      keep(after, hash);
      events.append(DeviceFacts.secretChanged(after, hash));
    }
    credentials.set(id, Optional.of(secret));
    listeners.deviceSaved(before, after);
  }

  private void keep(Device device, String hash) {
    hashes.put(device.id().value(), hash);
    secretTimes.set(device.id(), device.updatedAt());
  }

  SecretInventory secrets() {
    return secretTimes;
  }

  @Override
  public boolean takeSecret(DeviceId id) {
    Device before;
    Device after;
    synchronized (lock) {
      before = DeviceRules.existing(this, id);
      if (hashes.remove(id.value()) == null) {
        return false;
      }
      secretTimes.remove(id);
      after = DeviceRules.touched(before, wall.now());
      devices.put(id, after);
      events.append(DeviceFacts.secretTaken(after));
    }
    credentials.gone(id);
    listeners.deviceSaved(before, after);
    return true;
  }

  @Override
  public void activate(List<DeviceId> heard) {
    for (DeviceId id : heard) {
      Optional<Device> before;
      Optional<Device> after;
      synchronized (lock) {
        before = device(id);
        after = before.flatMap(d -> DeviceRules.activated(d, wall.now()));
        if (after.isPresent()) {
          devices.put(id, after.get());
          events.append(DeviceFacts.changed(before.orElseThrow(), after.get()));
        }
      }
      if (after.isPresent()) {
        credentials.activated(before.orElseThrow(), after.get());
        listeners.deviceSaved(before.orElseThrow(), after.get());
      }
    }
  }

  /** For {@link #credentials}. */
  @Override
  public Optional<HashedCredentials.Known> find(String name) {
    synchronized (lock) {
      Optional<String> hash = Optional.ofNullable(hashes.get(name));
      Application application = catalogue.get().applications().get(name);
      if (application != null) {
        return Optional.of(
            new HashedCredentials.Known(new Credentials.ApplicationVerdict(application), hash));
      }
      return DeviceId.isValid(name)
          ? device(new DeviceId(name))
              .map(d -> new HashedCredentials.Known(new Credentials.DeviceVerdict(d), hash))
          : Optional.empty();
    }
  }

  @Override
  public Catalogue catalogue() {
    return catalogue.get();
  }

  @Override
  public Optional<DeviceId> anyOf(String product) {
    return Matching.matching(devices, DeviceFilter.ALL.withProduct(product))
        .map(Device::id)
        .findFirst();
  }

  @Override
  public GroupTree groups() {
    return groups.get();
  }

  @Override
  public Optional<DeviceId> anyIn(GroupId group) {
    return devices.values().stream()
        .filter(d -> d.group().equals(Optional.of(group)))
        .map(Device::id)
        .findFirst();
  }

  @Override
  public Optional<DeviceId> anyBehind(DeviceId gateway) {
    return Matching.matching(devices, DeviceFilter.ALL.withGateway(gateway))
        .map(Device::id)
        .findFirst();
  }
}
