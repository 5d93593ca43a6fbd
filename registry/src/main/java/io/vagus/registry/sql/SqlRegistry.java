package io.vagus.registry.sql;

import static java.lang.System.Logger.Level.INFO;

import io.vagus.kit.MonotonicClock;
import io.vagus.kit.WallClock;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.model.Page;
import io.vagus.model.ProductModel;
import io.vagus.registry.Certificates;
import io.vagus.registry.Credentials;
import io.vagus.registry.DesiredStates;
import io.vagus.registry.DeviceFacts;
import io.vagus.registry.DeviceRules;
import io.vagus.registry.EnrolmentBatches;
import io.vagus.registry.EnrolmentTokens;
import io.vagus.registry.EventLog;
import io.vagus.registry.Fact;
import io.vagus.registry.Group;
import io.vagus.registry.GroupTree;
import io.vagus.registry.HashedCredentials;
import io.vagus.registry.HeldPeople;
import io.vagus.registry.HeldRightUses;
import io.vagus.registry.HeldTokens;
import io.vagus.registry.IdempotentAnswers;
import io.vagus.registry.Listeners;
import io.vagus.registry.Paging;
import io.vagus.registry.People;
import io.vagus.registry.Registry;
import io.vagus.registry.RegistryListener;
import io.vagus.registry.RightUses;
import io.vagus.registry.Rules;
import io.vagus.registry.Secret;
import io.vagus.registry.SecretInventory;
import io.vagus.registry.Tokens;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The registry in a {@link Database}. What returned is durable, but within {@link
 * IdempotentAnswers#once}, where it is durable when that returns. Products and applications are
 * also held in memory; their snapshot is replaced by the writer, within its lock, after the commit.
 */
public final class SqlRegistry implements Registry {
  private static final System.Logger LOG = System.getLogger(SqlRegistry.class.getName());

  private final Database database;
  private final WallClock wall;
  private final SqlEvents events;
  private final CatalogueTables tables;
  private final GroupTable groups;
  private final Children children;
  private final DeviceSearch search;
  private final Listeners listeners = new Listeners();
  private final HashedCredentials credentials;
  private final SqlAnswers answers;
  private final SqlCertificates certificates;
  private final SqlDesired desired;
  private final HeldPeople people;
  private final HeldTokens tokens;
  private final HeldRightUses rightUses;
  private final SqlEnrolmentBatches batches;
  private final SqlEnrolmentTokens enrolmentTokens;

  private SqlRegistry(Database database, WallClock wall) {
    this.database = database;
    this.wall = wall;
    this.events = new SqlEvents(database, wall);
    FirstEvents.begin(database, events);
    this.tables = new CatalogueTables(database, events, wall);
    this.groups = new GroupTable(database, events);
    this.children = new Children(database);
    this.search = new DeviceSearch(database);
    this.credentials = CredentialTables.credentials(database, tables, wall);
    this.answers = new SqlAnswers(database, wall);
    this.certificates = new SqlCertificates(database, events, listeners, wall);
    this.desired =
        new SqlDesired(
            database, events, listeners, wall, (sql, id) -> DeviceRules.existing(lookup(sql), id));
    PeopleTables persons = new PeopleTables(database, events);
    this.people = new HeldPeople(persons, persons.all(), wall);
    TokenTables tokenTables = new TokenTables(database, events);
    this.tokens = new HeldTokens(tokenTables, tokenTables.tokens(wall), wall);
    this.rightUses = new HeldRightUses(tokenTables, tokenTables.uses(), wall);
    this.batches = new SqlEnrolmentBatches(database, events, listeners, wall);
    this.enrolmentTokens = new SqlEnrolmentTokens(database, events, wall);
  }

  /**
   * Opens the file, made when it is missing. DATA_CORRUPT with what to do when it cannot be read.
   */
  public static SqlRegistry open(Path path, WallClock wall, MonotonicClock mono) {
    return open(path, Schema.REGISTRY, wall, mono);
  }

  /**
   * @param schema the registry's own and what other modules keep beside it
   */
  public static SqlRegistry open(Path path, Schema schema, WallClock wall, MonotonicClock mono) {
    long start = mono.nanos();
    Database database = new Database(new SqliteEngine(path));
    try {
      Migrations.migrate(database, schema, wall.micros());
      SqlRegistry registry = new SqlRegistry(database, wall);
      long millis = (mono.nanos() - start) / 1_000_000;
      LOG.log(INFO, "registry {0}: schema {1}, open in {2} ms", path, schema.version(), millis);
      return registry;
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  /** Where modules keep tables of their own, in one transaction with the event log. */
  public Database database() {
    return database;
  }

  @Override
  public ProductModel saveProduct(ProductModel model) {
    Rules.requireStorable(model);
    return tables.saveProduct(model);
  }

  @Override
  public Optional<ProductModel> model(String product) {
    return tables.catalogue().model(product);
  }

  @Override
  public Optional<ProductModel> model(String product, int version) {
    return tables.catalogue().model(product, version);
  }

  @Override
  public List<ProductModel> products() {
    return tables.catalogue().products();
  }

  @Override
  public void deleteProduct(String product) {
    tables.deleteProduct(product);
  }

  @Override
  public Device createDevice(NewDevice device) {
    return createDevices(List.of(device)).getFirst();
  }

  @Override
  public List<Device> createDevices(List<NewDevice> created) {
    DeviceRules.requireStorable(created);
    // What is refused is refused before seconds are spent on hashing, and again in the transaction.
    database.read(sql -> requirePlaceable(sql, created));
    List<Optional<String>> hashes =
        credentials.hashAll(created.stream().map(NewDevice::secret).toList());
    List<Device> born = database.write(sql -> insert(sql, created, hashes), this::hold);
    database.afterCommit(() -> {
      born.forEach(device -> credentials.forget(device.id().value()));
      listeners.devicesCreated(born);
    });
    return born;
  }

  private void hold(List<Device> saved) {
    saved.forEach(children::saved);
    search.saved(saved);
  }

  private boolean requirePlaceable(SqlConnection sql, List<NewDevice> created) {
    DeviceRules.requirePlaceable(lookup(sql), created);
    return true;
  }

  private List<Device> insert(
      SqlConnection sql, List<NewDevice> created, List<Optional<String>> hashes) {
    requirePlaceable(sql, created);
    List<Device> born = new ArrayList<>(created.size());
    List<Fact> facts = new ArrayList<>(created.size());
    for (int i = 0; i < created.size(); i++) {
      Device device = DeviceRules.born(created.get(i), wall.now());
      DeviceTable.insert(sql, device, hashes.get(i));
      facts.add(DeviceFacts.created(device, hashes.get(i)));
      born.add(device);
    }
    events.append(sql, facts);
    return List.copyOf(born);
  }

  private SqlLookup lookup(SqlConnection sql) {
    return new SqlLookup(sql, tables.catalogue(), groups.tree());
  }

  @Override
  public Optional<Device> device(DeviceId id) {
    return database.read(sql -> DeviceTable.find(sql, id.value()));
  }

  @Override
  public Optional<Child> child(DeviceId id) {
    return children.find(id);
  }

  @Override
  public Page<Device> devices(DeviceFilter filter, Optional<String> cursor, int limit) {
    Rules.requireFilter(filter);
    Paging.requireLimit(limit);
    Optional<DeviceId> after = cursor.map(Paging::cursorDevice);
    Optional<DeviceFilter> resolved = groups.tree().resolve(filter);
    if (resolved.isEmpty()) {
      return Paging.page(List.of(), limit);
    }
    if (filter.text().isPresent()) {
      List<DeviceId> found = search.find(resolved.get(), groups.tree(), after, limit + 1);
      return database.read(
          sql -> Paging.page(found, limit, id -> DeviceTable.find(sql, id.value())));
    }
    return Paging.page(
        database.read(sql -> DeviceTable.list(sql, resolved.get(), after, limit + 1)), limit);
  }

  @Override
  public long countDevices(DeviceFilter filter) {
    Rules.requireFilter(filter);
    return groups
        .tree()
        .resolve(filter)
        .map(resolved ->
            filter.text().isPresent()
                ? search.count(resolved, groups.tree())
                : database.read(sql -> DeviceTable.count(sql, resolved)))
        .orElse(0L);
  }

  private record Change(Device before, Device after) {}

  @Override
  public Device updateDevice(DeviceId id, DevicePatch patch, OptionalLong ifVersion) {
    Change change =
        database.write(
            sql -> {
              Device before = DeviceRules.existing(lookup(sql), id);
              Device after = DeviceRules.patched(lookup(sql), id, patch, ifVersion, wall.now());
              if (!after.equals(before)) {
                DeviceTable.update(sql, after);
                if (!after.status().hasCredentials()) {
                  DeviceTable.deleteHash(sql, id);
                  certificates.deviceDeleted(sql, id);
                }
                events.append(sql, DeviceFacts.changed(before, after));
              }
              return new Change(before, after);
            },
            changed -> hold(List.of(changed.after())));
    tell(List.of(change));
    return change.after();
  }

  @Override
  public void deleteDevice(DeviceId id) {
    database.write(
        sql -> {
          DeviceTable.delete(sql, DeviceRules.deletable(lookup(sql), id).id());
          certificates.deviceDeleted(sql, id);
          events.append(sql, DeviceFacts.deleted(id));
          return id;
        },
        deleted -> {
          children.deleted(deleted);
          search.deleted(deleted);
        });
    database.afterCommit(() -> {
      credentials.forget(id.value());
      listeners.deviceDeleted(id);
    });
  }

  @Override
  public void rotateSecret(DeviceId id, Secret secret) {
    String hash = credentials.hash(secret);
    Change change =
        database.write(
            sql -> {
              Device before = DeviceRules.existing(lookup(sql), id);
              Device after = DeviceRules.provisioned(before, wall.now());
              DeviceTable.update(sql, after);
              DeviceTable.saveHash(sql, id, hash, Optional.of(after.updatedAt()));
              events.append(sql, DeviceFacts.secretChanged(after, hash));
              return new Change(before, after);
            },
            changed -> hold(List.of(changed.after())));
    tell(List.of(change));
  }

  @Override
  public boolean takeSecret(DeviceId id) {
    List<Change> changes =
        database.write(
            sql -> {
              Device before = DeviceRules.existing(lookup(sql), id);
              if (DeviceTable.hash(sql, id.value()).isEmpty()) {
                return List.<Change>of();
              }
              Device after = DeviceRules.touched(before, wall.now());
              DeviceTable.update(sql, after);
              DeviceTable.deleteHash(sql, id);
              events.append(sql, DeviceFacts.secretTaken(after));
              return List.of(new Change(before, after));
            },
            changed -> hold(changed.stream().map(Change::after).toList()));
    tell(changes);
    return !changes.isEmpty();
  }

  private void tell(List<Change> changes) {
    tell(changes, change -> credentials.forget(change.after().id().value()));
  }

  private void tell(List<Change> changes, Consumer<Change> known) {
    database.afterCommit(() ->
        changes.forEach(change -> {
          known.accept(change);
          listeners.deviceSaved(change.before(), change.after());
        }));
  }

  @Override
  public void activate(List<DeviceId> heard) {
    List<Change> changes =
        database.write(
            sql -> {
              List<Change> made =
                  heard.stream()
                      .distinct()
                      .flatMap(id -> DeviceTable.find(sql, id.value()).stream())
                      .flatMap(before ->
                          DeviceRules.activated(before, wall.now()).stream()
                              .map(after -> new Change(before, after)))
                      .toList();
              made.forEach(change -> DeviceTable.update(sql, change.after()));
              events.append(
                  sql, made.stream().map(c -> DeviceFacts.changed(c.before(), c.after())).toList());
              return made;
            },
            made -> hold(made.stream().map(Change::after).toList()));
    tell(changes, change -> credentials.activated(change.before(), change.after()));
  }

  @Override
  public GroupTree groups() {
    return groups.tree();
  }

  @Override
  public Group saveGroup(Group group) {
    return groups.save(group);
  }

  @Override
  public void deleteGroup(GroupId id) {
    groups.delete(id, tables);
  }

  @Override
  public Application saveApplication(String name, Optional<String> secret, List<Grant> grants) {
    Rules.requireApplication(name, secret, grants);
    Application after = new Application(name, List.copyOf(grants));
    Optional<Application> before =
        tables.saveApplication(after, secret.map(Secret.Chosen::new).map(credentials::hash));
    database.afterCommit(() -> {
      credentials.forget(name);
      before.ifPresent(b -> listeners.applicationSaved(b, after));
    });
    return after;
  }

  @Override
  public List<Application> applications() {
    return tables.catalogue().applicationsByName();
  }

  @Override
  public void deleteApplication(String name) {
    tables.deleteApplication(name);
    database.afterCommit(() -> {
      credentials.forget(name);
      listeners.applicationChanged(name);
    });
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
    return new SqlSecrets(database);
  }

  @Override
  public DesiredStates desired() {
    return desired;
  }

  @Override
  public People people() {
    return people;
  }

  @Override
  public Tokens tokens() {
    return tokens;
  }

  @Override
  public RightUses rightUses() {
    return rightUses;
  }

  @Override
  public EnrolmentBatches batches() {
    return batches;
  }

  @Override
  public EnrolmentTokens enrolmentTokens() {
    return enrolmentTokens;
  }

  @Override
  public <T> T together(Supplier<T> work) {
    return database.write(sql -> work.get());
  }

  @Override
  public EventLog events() {
    return events;
  }

  @Override
  public IdempotentAnswers idempotentAnswers() {
    return answers;
  }

  /** Writes all of it, as of the last commit, into a new file that {@link #open} reads. */
  public void copyTo(Path target) {
    database.copyTo(target);
  }

  @Override
  public void close() {
    database.close();
  }
}
