package io.vagus.registry;

import io.vagus.kit.WallClock;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.model.Page;
import io.vagus.model.ProductModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The registry's twin without a disk: the same words and refusals. Owns a lock for all changes. */
public final class InMemoryRegistry implements Registry, HashedCredentials.Store {
  private final Object lock = new Object();
  private final WallClock wall;
  private final ConcurrentNavigableMap<DeviceId, Device> devices = new ConcurrentSkipListMap<>();
  private final Map<String, String> hashes = new HashMap<>();
  private final InMemorySecrets secretTimes = new InMemorySecrets();
  private volatile Catalogue catalogue = Catalogue.EMPTY;
  private volatile GroupTree groups = GroupTree.EMPTY;
  private final DeviceLookup lookup = new Lookup();
  private final Listeners listeners = new Listeners();
  private final InMemoryEvents events;
  private final HashedCredentials credentials;
  private final InMemoryAnswers answers;
  private final InMemoryCertificates certificates;
  private final InMemoryDesired desired;
  private final InMemoryPeople people;
  private final InMemoryEnrolmentBatches batches;
  private final InMemoryEnrolmentTokens enrolmentTokens;

  public InMemoryRegistry(WallClock wall) {
    this.wall = wall;
    this.events = new InMemoryEvents(wall);
    this.credentials = new HashedCredentials(this, wall);
    this.answers = new InMemoryAnswers(wall);
    this.certificates = new InMemoryCertificates(events, listeners, wall);
    this.desired = new InMemoryDesired(lookup, events, listeners, wall);
    this.people = new InMemoryPeople(events, wall);
    this.batches = new InMemoryEnrolmentBatches(events, listeners, wall);
    this.enrolmentTokens = new InMemoryEnrolmentTokens(batches, events, wall);
  }

  @Override
  public ProductModel saveProduct(ProductModel model) {
    Rules.requireStorable(model);
    synchronized (lock) {
      ProductModel numbered = catalogue.numbered(model);
      catalogue = catalogue.with(numbered);
      events.append(CatalogueFacts.productSaved(numbered, wall.micros()));
      return numbered;
    }
  }

  @Override
  public Optional<ProductModel> model(String product) {
    return catalogue.model(product);
  }

  @Override
  public Optional<ProductModel> model(String product, int version) {
    return catalogue.model(product, version);
  }

  @Override
  public List<ProductModel> products() {
    return catalogue.products();
  }

  @Override
  public void deleteProduct(String product) {
    synchronized (lock) {
      DeviceRules.requireUnused(lookup, product);
      catalogue = catalogue.withoutProduct(product);
      events.append(CatalogueFacts.productDeleted(product));
    }
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
      DeviceRules.requirePlaceable(lookup, created);
      for (int i = 0; i < created.size(); i++) {
        Device device = DeviceRules.born(created.get(i), wall.now());
        born.add(device);
        devices.put(device.id(), device);
        newHashes.get(i).ifPresent(hash -> keep(device, hash));
        events.append(DeviceFacts.created(device, newHashes.get(i)));
      }
    }
    born.forEach(device -> credentials.forget(device.id().value()));
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
    List<Device> found = found(rest, filter).limit(limit + 1L).toList();
    return Paging.page(found, limit);
  }

  @Override
  public long countDevices(DeviceFilter filter) {
    Rules.requireFilter(filter);
    return found(devices, filter).count();
  }

  private Stream<Device> found(Map<DeviceId, Device> among, DeviceFilter filter) {
    GroupTree tree = groups;
    Optional<DeviceFilter> resolved = tree.resolve(filter);
    return resolved.stream()
        .flatMap(f -> matching(among, f))
        .filter(d ->
            resolved.flatMap(DeviceFilter::group).stream()
                .allMatch(group -> tree.isInside(d.group(), group)));
  }

  private static Stream<Device> matching(Map<DeviceId, Device> devices, DeviceFilter filter) {
    Optional<String> text = filter.text().map(t -> t.toLowerCase(Locale.ROOT));
    return devices.values().stream()
        .filter(
            d -> text.isEmpty() || DeviceRules.searchText(d.id(), d.name()).contains(text.get()))
        .filter(d -> filter.product().isEmpty() || filter.product().get().equals(d.product()))
        .filter(d -> filter.status().isEmpty() || filter.status().get() == d.status())
        .filter(d -> filter.gateway().isEmpty() || filter.gateway().equals(d.gateway()))
        .filter(d -> d.tags().entrySet().containsAll(filter.tags().entrySet()))
        .filter(d -> d.details().entrySet().containsAll(filter.details().entrySet()));
  }

  @Override
  public Device updateDevice(DeviceId id, DevicePatch patch, OptionalLong ifVersion) {
    Device before;
    Device after;
    synchronized (lock) {
      before = DeviceRules.existing(lookup, id);
      after = DeviceRules.patched(lookup, id, patch, ifVersion, wall.now());
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
    credentials.forget(id.value());
    listeners.deviceSaved(before, after);
    return after;
  }

  @Override
  public void deleteDevice(DeviceId id) {
    synchronized (lock) {
      devices.remove(DeviceRules.deletable(lookup, id).id());
      hashes.remove(id.value());
      secretTimes.remove(id);
      certificates.deviceDeleted(id);
      desired.deviceDeleted(id);
      events.append(DeviceFacts.deleted(id));
    }
    credentials.forget(id.value());
    listeners.deviceDeleted(id);
  }

  @Override
  public void rotateSecret(DeviceId id, Secret secret) {
    String hash = credentials.hash(secret);
    Device before;
    Device after;
    synchronized (lock) {
      before = DeviceRules.existing(lookup, id);
      after = DeviceRules.provisioned(before, wall.now());
      devices.put(id, after);
      keep(after, hash);
      events.append(DeviceFacts.secretChanged(after, hash));
    }
    credentials.forget(id.value());
    listeners.deviceSaved(before, after);
  }

  private void keep(Device device, String hash) {
    hashes.put(device.id().value(), hash);
    secretTimes.set(device.id(), device.updatedAt());
  }

  @Override
  public boolean takeSecret(DeviceId id) {
    Device before;
    Device after;
    synchronized (lock) {
      before = DeviceRules.existing(lookup, id);
      if (hashes.remove(id.value()) == null) {
        return false;
      }
      secretTimes.remove(id);
      after = DeviceRules.touched(before, wall.now());
      devices.put(id, after);
      events.append(DeviceFacts.secretTaken(after));
    }
    credentials.forget(id.value());
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

  @Override
  public GroupTree groups() {
    return groups;
  }

  @Override
  public Group saveGroup(Group group) {
    synchronized (lock) {
      GroupRules.requireStorable(groups, group);
      groups = groups.with(group);
      events.append(CatalogueFacts.groupSaved(group));
      return group;
    }
  }

  @Override
  public void deleteGroup(GroupId id) {
    synchronized (lock) {
      GroupRules.requireEmpty(lookup, id);
      groups = groups.without(id);
      events.append(CatalogueFacts.groupDeleted(id));
    }
  }

  @Override
  public Application saveApplication(String name, Optional<String> secret, List<Grant> grants) {
    Rules.requireApplication(name, secret, grants);
    Optional<String> hash = secret.map(Secret.Chosen::new).map(credentials::hash);
    Application after = new Application(name, List.copyOf(grants));
    Optional<Application> before;
    synchronized (lock) {
      DeviceRules.requireNoDevice(lookup, name);
      before = Optional.ofNullable(catalogue.applications().get(name));
      hash.ifPresent(h -> hashes.put(name, h));
      catalogue = catalogue.with(after);
      events.append(CatalogueFacts.applicationSaved(after, hash));
    }
    credentials.forget(name);
    before.ifPresent(b -> listeners.applicationSaved(b, after));
    return after;
  }

  @Override
  public List<Application> applications() {
    return catalogue.applicationsByName();
  }

  @Override
  public void deleteApplication(String name) {
    synchronized (lock) {
      Rules.requireApplicationExists(catalogue, name);
      hashes.remove(name);
      catalogue = catalogue.withoutApplication(name);
      events.append(CatalogueFacts.applicationDeleted(name));
    }
    credentials.forget(name);
    listeners.applicationChanged(name);
  }

  @Override
  public void addListener(RegistryListener listener) {
    listeners.add(listener);
  }

  @Override
  public Credentials credentials() {
    return credentials;
  }

  @Override
  public Certificates certificates() {
    return certificates;
  }

  @Override
  public SecretInventory secrets() {
    return secretTimes;
  }

  @Override
  public DesiredStates desired() {
    return desired;
  }

  @Override
  public People people() {
    return people.people;
  }

  @Override
  public Tokens tokens() {
    return people.tokens;
  }

  @Override
  public RightUses rightUses() {
    return people.uses;
  }

  @Override
  public EnrolmentBatches batches() {
    return batches;
  }

  @Override
  public EnrolmentTokens enrolmentTokens() {
    return enrolmentTokens;
  }

  /** One after the other; what the work did before it failed stays. */
  @Override
  public <T> T together(Supplier<T> work) {
    synchronized (lock) {
      return work.get();
    }
  }

  @Override
  public EventLog events() {
    return events;
  }

  @Override
  public IdempotentAnswers idempotentAnswers() {
    return answers;
  }

  /** For {@link #credentials}. */
  @Override
  public Optional<HashedCredentials.Known> find(String name) {
    synchronized (lock) {
      Optional<String> hash = Optional.ofNullable(hashes.get(name));
      Application application = catalogue.applications().get(name);
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
  public void close() {}

  private final class Lookup implements DeviceLookup {
    @Override
    public Catalogue catalogue() {
      return catalogue;
    }

    @Override
    public Optional<Device> device(DeviceId id) {
      return Optional.ofNullable(devices.get(id));
    }

    @Override
    public Optional<DeviceId> anyOf(String product) {
      return matching(devices, DeviceFilter.ALL.withProduct(product)).map(Device::id).findFirst();
    }

    @Override
    public GroupTree groups() {
      return groups;
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
      return matching(devices, DeviceFilter.ALL.withGateway(gateway)).map(Device::id).findFirst();
    }
  }
}
