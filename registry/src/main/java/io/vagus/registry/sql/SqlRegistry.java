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
import io.vagus.registry.DeviceRules;
import io.vagus.registry.EnrolmentBatches;
import io.vagus.registry.EnrolmentTokens;
import io.vagus.registry.EventLog;
import io.vagus.registry.Group;
import io.vagus.registry.GroupTree;
import io.vagus.registry.HashedCredentials;
import io.vagus.registry.HeldPeople;
import io.vagus.registry.HeldRightUses;
import io.vagus.registry.HeldTokens;
import io.vagus.registry.IdempotentAnswers;
import io.vagus.registry.Listeners;
import io.vagus.registry.People;
import io.vagus.registry.Registry;
import io.vagus.registry.RegistryListener;
import io.vagus.registry.RightUses;
import io.vagus.registry.Rules;
import io.vagus.registry.Secret;
import io.vagus.registry.SecretInventory;
import io.vagus.registry.TagVocabulary;
import io.vagus.registry.Tokens;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * The registry in a {@link Database}. What returned is durable, but within {@link
 * IdempotentAnswers#once}, where it is durable when that returns. Products and applications are
 * also held in memory; their snapshot is replaced by the writer, within its lock, after the commit.
 */
public final class SqlRegistry implements Registry {
  private static final System.Logger LOG = System.getLogger(SqlRegistry.class.getName());

  private final Database database;
  private final Schema schema;
  private final SqlEvents events;
  private final CatalogueTables tables;
  private final GroupTable groups;
  private final SqlDevices devices;
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

  private SqlRegistry(Database database, Schema schema, WallClock wall) {
    this.database = database;
    this.schema = schema;
    this.events = new SqlEvents(database, wall);
    FirstEvents.begin(database, events);
    this.tables = new CatalogueTables(database, events, wall);
    this.groups = new GroupTable(database, events);
    this.credentials = CredentialTables.credentials(database, tables, wall);
    this.answers = new SqlAnswers(database, wall);
    this.certificates = new SqlCertificates(database, events, listeners, wall);
    this.desired =
        new SqlDesired(
            database,
            events,
            listeners,
            wall,
            (sql, id) ->
                DeviceRules.existing(new SqlLookup(sql, tables.catalogue(), groups.tree()), id));
    PeopleTables persons = new PeopleTables(database, events);
    this.people = new HeldPeople(persons, persons.all(), wall);
    TokenTables tokenTables = new TokenTables(database, events);
    this.tokens = new HeldTokens(tokenTables, tokenTables.tokens(wall), wall);
    this.rightUses = new HeldRightUses(tokenTables, tokenTables.uses(), wall);
    this.batches = new SqlEnrolmentBatches(database, events, listeners, wall);
    this.enrolmentTokens = new SqlEnrolmentTokens(database, events, wall);
    this.devices =
        new SqlDevices(
            database, events, tables, groups, certificates, credentials, listeners, wall);
  }

  /** In a SQLite file, with the registry's own tables. */
  public static SqlRegistry open(Path file, WallClock wall, MonotonicClock mono) {
    return open(file, Schema.REGISTRY, wall, mono);
  }

  /**
   * In a SQLite file, made when it is missing. DATA_CORRUPT with what to do when it cannot be read.
   *
   * @param schema the registry's own and what other modules keep beside it
   */
  public static SqlRegistry open(Path file, Schema schema, WallClock wall, MonotonicClock mono) {
    return open(RegistryConfig.defaults(), file, schema, wall, mono);
  }

  /**
   * Where the configuration says. What a SQLite file holds is moved into an empty PostgreSQL.
   *
   * @param file of SQLite
   */
  public static SqlRegistry open(
      RegistryConfig config, Path file, Schema schema, WallClock wall, MonotonicClock mono) {
    long start = mono.nanos();
    Database database = Database.open(Engine.of(config, file));
    try {
      Migrations.migrate(database, schema, wall.micros());
      String place = file.toString();
      if (config.kind() == RegistryConfig.Kind.POSTGRESQL) {
        place = config.place();
        Move.intoDatabase(file, database, schema, place);
      }
      SqlRegistry registry = new SqlRegistry(database, schema, wall);
      long millis = (mono.nanos() - start) / 1_000_000;
      LOG.log(INFO, "registry {0}: schema {1}, open in {2} ms", place, schema.version(), millis);
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
    ProductModel saved = tables.saveProduct(model);
    listeners.productSaved(saved.id());
    return saved;
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
    listeners.productDeleted(product);
  }

  @Override
  public TagVocabulary tags() {
    return tables.catalogue().tags();
  }

  @Override
  public void declareTags(TagVocabulary vocabulary) {
    tables.declareTags(vocabulary);
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
    return groups.tree();
  }

  @Override
  public Group saveGroup(Group group) {
    return groups.save(group);
  }

  @Override
  public void deleteGroup(GroupId id) {
    groups.delete(id, tables);
    database.afterCommit(() -> listeners.groupDeleted(id));
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
  public DesiredStates desired() {
    return desired;
  }

  @Override
  public SecretInventory secrets() {
    return new SqlSecrets(database, credentials);
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
    return database.writeOnce(sql -> work.get());
  }

  @Override
  public EventLog events() {
    return events;
  }

  @Override
  public IdempotentAnswers idempotentAnswers() {
    return answers;
  }

  /** Writes all of it, as of the last commit, into a new SQLite file that {@link #open} reads. */
  public void copyTo(Path target) {
    database.copyTo(schema, target);
  }

  @Override
  public void close() {
    database.close();
  }
}
