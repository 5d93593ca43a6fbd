package io.vagus.registry;

import io.vagus.kit.WallClock;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.model.Page;
import io.vagus.model.ProductModel;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** The registry's twin without a disk: the same words and refusals. Owns a lock for all changes. */
public final class InMemoryRegistry implements Registry {
  private final Object lock = new Object();
  private final WallClock wall;
  private volatile Catalogue catalogue = Catalogue.EMPTY;
  private volatile GroupTree groups = GroupTree.EMPTY;
  private final InMemoryDevices devices;
  private final Listeners listeners = new Listeners();
  private final InMemoryEvents events;
  private final InMemoryAnswers answers;
  private final InMemoryCertificates certificates;
  private final InMemoryPeople people;
  private final InMemoryEnrolmentBatches batches;
  private final InMemoryEnrolmentTokens enrolmentTokens;

  public InMemoryRegistry(WallClock wall) {
    this.wall = wall;
    this.events = new InMemoryEvents(wall);
    this.answers = new InMemoryAnswers(wall);
    this.certificates = new InMemoryCertificates(events, listeners, wall);
    this.people = new InMemoryPeople(events, wall);
    this.batches = new InMemoryEnrolmentBatches(events, listeners, wall);
    this.enrolmentTokens = new InMemoryEnrolmentTokens(batches, events, wall);
    this.devices =
        new InMemoryDevices(
            lock, () -> catalogue, () -> groups, events, certificates, listeners, wall);
  }

  @Override
  public ProductModel saveProduct(ProductModel model) {
    Rules.requireStorable(model);
    ProductModel numbered;
    synchronized (lock) {
      numbered = catalogue.numbered(model);
      catalogue = catalogue.with(numbered);
      events.append(CatalogueFacts.productSaved(numbered, wall.micros()));
    }
    listeners.productSaved(numbered.id());
    return numbered;
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
      DeviceRules.requireUnused(devices, product);
      catalogue = catalogue.withoutProduct(product);
      events.append(CatalogueFacts.productDeleted(product));
    }
    listeners.productDeleted(product);
  }

  @Override
  public TagVocabulary tags() {
    return catalogue.tags();
  }

  @Override
  public void declareTags(TagVocabulary vocabulary) {
    TagVocabulary.requireStorable(vocabulary);
    synchronized (lock) {
      if (!vocabulary.equals(catalogue.tags())) {
        catalogue = catalogue.with(vocabulary);
        events.append(CatalogueFacts.tagsDeclared(vocabulary));
      }
    }
  }

  @Override
  public Device createDevice(NewDevice device) {
    return devices.createDevice(device);
  }

  @Override
  public List<Device> createDevices(List<NewDevice> created) {
    return devices.createDevices(created);
  }

  @Override
  public Optional<Device> device(DeviceId id) {
    return devices.device(id);
  }

  @Override
  public Optional<Child> child(DeviceId id) {
    return devices.child(id);
  }

  @Override
  public Page<Device> devices(DeviceFilter filter, Optional<String> cursor, int limit) {
    return devices.devices(filter, cursor, limit);
  }

  @Override
  public long countDevices(DeviceFilter filter) {
    return devices.countDevices(filter);
  }

  @Override
  public Device updateDevice(DeviceId id, DevicePatch patch, OptionalLong ifVersion) {
    return devices.updateDevice(id, patch, ifVersion);
  }

  @Override
  public void deleteDevice(DeviceId id) {
    devices.deleteDevice(id);
  }

  @Override
  public void rotateSecret(DeviceId id, Secret secret) {
    devices.rotateSecret(id, secret);
  }

  @Override
  public boolean takeSecret(DeviceId id) {
    return devices.takeSecret(id);
  }

  @Override
  public void activate(List<DeviceId> heard) {
    devices.activate(heard);
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
      GroupRules.requireEmpty(devices, id);
      groups = groups.without(id);
      events.append(CatalogueFacts.groupDeleted(id));
    }
    listeners.groupDeleted(id);
  }

  @Override
  public Application saveApplication(String name, Optional<String> secret, List<Grant> grants) {
    Rules.requireApplication(name, secret, grants);
    Optional<String> hash = secret.map(Secret.Chosen::new).map(devices.credentials()::hash);
    Application after = new Application(name, List.copyOf(grants));
    Optional<Application> before;
    synchronized (lock) {
      DeviceRules.requireNoDevice(devices, name);
      before = Optional.ofNullable(catalogue.applications().get(name));
      hash.ifPresent(h -> devices.saveHash(name, h));
      catalogue = catalogue.with(after);
      events.append(CatalogueFacts.applicationSaved(after, hash));
    }
    devices.credentials().forget(name);
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
      devices.deleteHash(name);
      catalogue = catalogue.withoutApplication(name);
      events.append(CatalogueFacts.applicationDeleted(name));
    }
    devices.credentials().forget(name);
    listeners.applicationChanged(name);
  }

  @Override
  public void addListener(RegistryListener listener) {
    listeners.add(listener);
  }

  @Override
  public Credentials credentials() {
    return devices.credentials();
  }

  @Override
  public Certificates certificates() {
    return certificates;
  }

  @Override
  public DesiredStates desired() {
    return devices.desired();
  }

  @Override
  public SecretInventory secrets() {
    return devices.secrets();
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

  @Override
  public void close() {}
}
