package io.vagus.registry.sql;

import io.vagus.kit.WallClock;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import io.vagus.registry.DeviceFacts;
import io.vagus.registry.DeviceRules;
import io.vagus.registry.Devices;
import io.vagus.registry.Fact;
import io.vagus.registry.HashedCredentials;
import io.vagus.registry.Listeners;
import io.vagus.registry.Paging;
import io.vagus.registry.Registry.Child;
import io.vagus.registry.Registry.DeviceFilter;
import io.vagus.registry.Registry.DevicePatch;
import io.vagus.registry.Registry.NewDevice;
import io.vagus.registry.Rules;
import io.vagus.registry.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Devices as rows, and what of them is held in memory: those behind gateways, and what searches
 * look through, both replaced by the writer after its commit.
 */
final class SqlDevices implements Devices {
  private final Database database;
  private final SqlEvents events;
  private final CatalogueTables tables;
  private final GroupTable groups;
  private final SqlCertificates certificates;
  private final HashedCredentials credentials;
  private final Listeners listeners;
  private final WallClock wall;
  private final Children children;
  private final DeviceSearch search;

  SqlDevices(
      Database database,
      SqlEvents events,
      CatalogueTables tables,
      GroupTable groups,
      SqlCertificates certificates,
      HashedCredentials credentials,
      Listeners listeners,
      WallClock wall) {
    this.database = database;
    this.events = events;
    this.tables = tables;
    this.groups = groups;
    this.certificates = certificates;
    this.credentials = credentials;
    this.listeners = listeners;
    this.wall = wall;
    this.children = new Children(database);
    this.search = new DeviceSearch(database);
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
      created.forEach(device -> credentials.set(device.id(), device.secret()));
      listeners.devicesCreated(born);
    });
    return born;
  }

  private void hold(List<Device> saved) {
    saved.forEach(children::saved);
    search.saved(saved);
  }

  private boolean requirePlaceable(SqlConnection sql, List<NewDevice> created) {
    DeviceRules.requirePlaceable(BulkLookup.of(lookup(sql), created), created);
    return true;
  }

  private List<Device> insert(
      SqlConnection sql, List<NewDevice> created, List<Optional<String>> hashes) {
    requirePlaceable(sql, created);
    List<Device> born = new ArrayList<>(created.size());
    List<Fact> facts = new ArrayList<>(created.size());
    for (int i = 0; i < created.size(); i++) {
      Device device = DeviceRules.born(created.get(i), wall.now());
      facts.add(DeviceFacts.created(device, hashes.get(i)));
      born.add(device);
    }
    DeviceTable.insert(sql, born, hashes);
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
    tell(
        List.of(change),
        changed -> {
          if (changed.after().status().hasCredentials()) {
            credentials.forget(id.value());
          } else {
            credentials.gone(id);
          }
        });
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
      credentials.gone(id);
      listeners.deviceDeleted(id);
    });
  }

  @Override
  public void rotateSecret(DeviceId id, Secret secret) {
    DeviceRules.requireNotIts(id, secret);
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
    tell(List.of(change), changed -> credentials.set(id, Optional.of(secret)));
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
    tell(changes, change -> credentials.gone(id));
    return !changes.isEmpty();
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
}
