package io.vagus.rule.function;

import io.vagus.expression.Functions;
import io.vagus.function.FunctionModule;
import io.vagus.kit.VagusException;
import io.vagus.kit.WallClock;
import io.vagus.registry.Actor;
import io.vagus.registry.Event;
import io.vagus.registry.EventLog;
import io.vagus.registry.sql.Database;
import io.vagus.registry.sql.Migration;
import io.vagus.registry.sql.SchemaPart;
import io.vagus.registry.sql.SqlConnection;
import io.vagus.registry.sql.TableDump;
import io.vagus.registry.sql.Times;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The function book in the registry's database; what is in force is in memory, warm. */
public final class SqlFunctions implements FunctionBook {
  public static final SchemaPart PART =
      new SchemaPart(
          Migration.beside(SqlFunctions.class, 20),
          Map.of("function", SqlFunctions::replay),
          List.of(
              TableDump.of(
                  "function_version", "module,version", "manifest,wasm,at_micros,by_actor")));

  private static final Logger LOG = Logger.getLogger(SqlFunctions.class.getName());

  private final Database database;
  private final EventLog events;
  private final WallClock wall;
  private final PastModules past = new PastModules(this::stored);
  private final List<BiConsumer<String, Integer>> listeners = new CopyOnWriteArrayList<>();

  /** Replaced after a commit, before the next writer begins. */
  private volatile WarmModules newest = WarmModules.NONE;

  private SqlFunctions(Database database, EventLog events, WallClock wall) {
    this.database = database;
    this.events = events;
    this.wall = wall;
  }

  /** With all that are in force loaded: some tens of milliseconds each. */
  public static SqlFunctions open(Database database, EventLog events, WallClock wall) {
    SqlFunctions functions = new SqlFunctions(database, events, wall);
    for (FunctionChange change : database.<List<FunctionChange>>snapshot(FunctionTable::newest)) {
      functions.newest = functions.newest.with(change, loaded(change));
    }
    return functions;
  }

  /** Empty: an older version took it, this one does not. */
  private static Optional<FunctionModule> loaded(FunctionChange change) {
    try {
      return change.content().map(content -> WarmModules.load(change.module(), content));
    } catch (VagusException e) {
      LOG.log(Level.WARNING, "{0}: rules that call it are broken", e.getMessage());
      return Optional.empty();
    }
  }

  /** What was written. */
  private record Written(FunctionChange change, boolean isNew) {}

  @Override
  public FunctionChange save(String module, String manifest, byte[] wasm, OptionalLong ifVersion) {
    FunctionChange.Content content =
        new FunctionChange.Content(manifest, Base64.getEncoder().encodeToString(wasm));
    // Before the database is held: it takes its time.
    Optional<FunctionModule> loaded = Optional.of(WarmModules.load(module, content));
    return write(sql -> save(sql, module, content, ifVersion), loaded).change();
  }

  private Written save(
      SqlConnection sql, String module, FunctionChange.Content content, OptionalLong ifVersion) {
    Optional<FunctionChange> before = FunctionTable.newest(sql, module);
    Optional<FunctionChange> there = before.filter(change -> change.content().isPresent());
    FunctionBook.requireVersion(there.map(FunctionChange::version).orElse(0), ifVersion);
    if (there.isPresent() && there.get().content().equals(Optional.of(content))) {
      return new Written(there.get(), false);
    }
    if (there.isEmpty()) {
      FunctionBook.requireRoom(newest.loaded().size());
    }
    return insert(sql, module, before, Optional.of(content));
  }

  @Override
  public boolean delete(String module, OptionalLong ifVersion) {
    return write(sql -> delete(sql, module, ifVersion), Optional.empty()).isNew();
  }

  private Written delete(SqlConnection sql, String module, OptionalLong ifVersion) {
    Optional<FunctionChange> before = FunctionTable.newest(sql, module);
    Optional<FunctionChange> there = before.filter(change -> change.content().isPresent());
    FunctionBook.requireVersion(there.map(FunctionChange::version).orElse(0), ifVersion);
    return there.isEmpty()
        ? new Written(change(module, 0, Optional.empty()), false)
        : insert(sql, module, before, Optional.empty());
  }

  private Written insert(
      SqlConnection sql,
      String module,
      Optional<FunctionChange> before,
      Optional<FunctionChange.Content> content) {
    FunctionChange change =
        change(module, before.map(FunctionChange::version).orElse(0) + 1, content);
    FunctionTable.insert(sql, change);
    events.append(FunctionFacts.changed(change));
    return new Written(change, true);
  }

  private FunctionChange change(
      String module, int version, Optional<FunctionChange.Content> content) {
    return new FunctionChange(
        module, version, Times.instant(wall.micros()), Actor.current().text(), content);
  }

  private Written write(Function<SqlConnection, Written> work, Optional<FunctionModule> loaded) {
    WarmModules before = newest;
    Written written =
        database.write(
            work,
            done -> {
              if (done.isNew()) {
                newest = newest.with(done.change(), loaded);
              }
            });
    if (written.isNew()) {
      Map<String, Integer> changed = newest.changedSince(before);
      database.afterCommit(() ->
          changed.forEach((name, version) -> listeners.forEach(l -> l.accept(name, version))));
    }
    return written;
  }

  private Optional<FunctionChange> stored(String module, int version) {
    return database.snapshot(sql -> FunctionTable.version(sql, module, version));
  }

  @Override
  public List<FunctionChange> all() {
    return newest.changes();
  }

  @Override
  public List<FunctionChange> versions(String module) {
    return database.read(sql -> FunctionTable.versions(sql, module));
  }

  @Override
  public Optional<FunctionModule> module(String module) {
    return Optional.ofNullable(newest.loaded().get(module)).flatMap(WarmModules.Warm::module);
  }

  @Override
  public Functions functions() {
    return newest.functions();
  }

  @Override
  public Map<String, Integer> versions() {
    return newest.versions();
  }

  @Override
  public Functions at(Map<String, Integer> versions) {
    return newest.at(versions, past);
  }

  @Override
  public void addListener(BiConsumer<String, Integer> changed) {
    listeners.add(changed);
  }

  private static void replay(SqlConnection sql, Event event) {
    FunctionTable.insert(sql, FunctionFacts.change(event));
  }
}
