package io.vagus.rule;

import io.vagus.kit.WallClock;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import io.vagus.registry.Actor;
import io.vagus.registry.Event;
import io.vagus.registry.EventLog;
import io.vagus.registry.sql.Database;
import io.vagus.registry.sql.Migration;
import io.vagus.registry.sql.SchemaPart;
import io.vagus.registry.sql.SqlConnection;
import io.vagus.registry.sql.TableDump;
import io.vagus.registry.sql.Times;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/** The rule book in the registry's database; the newest revision is in memory too. */
public final class SqlRules implements Rules {
  public static final SchemaPart PART =
      new SchemaPart(
          Migration.beside(SqlRules.class, 17),
          Map.of("rule", SqlRules::replay),
          List.of(
              TableDump.of("rule_version", "rule,version", "revision,body,at_micros,by_actor"),
              TableDump.of("rule_basis", "kind,name,revision", "version")));

  private final Database database;
  private final EventLog events;
  private final ToIntFunction<String> productVersion;
  private final Supplier<Map<String, Integer>> functionVersions;
  private final WallClock wall;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  /** Replaced after a commit, before the next writer begins. */
  private volatile RuleSet newest;

  private SqlRules(
      Database database,
      EventLog events,
      ToIntFunction<String> productVersion,
      Supplier<Map<String, Integer>> functionVersions,
      WallClock wall) {
    this.database = database;
    this.events = events;
    this.productVersion = productVersion;
    this.functionVersions = functionVersions;
    this.wall = wall;
    this.newest = database.snapshot(sql -> RuleTable.at(sql, RuleTable.revision(sql)));
  }

  /** Of a platform without functions. */
  public static SqlRules open(
      Database database, EventLog events, ToIntFunction<String> productVersion, WallClock wall) {
    return open(database, events, productVersion, Map::of, wall);
  }

  /**
   * With what changed while nobody looked made a revision.
   *
   * @param productVersion the version of a product that is in force; 0: there is none
   * @param functionVersions the same of each function that there is
   */
  public static SqlRules open(
      Database database,
      EventLog events,
      ToIntFunction<String> productVersion,
      Supplier<Map<String, Integer>> functionVersions,
      WallClock wall) {
    SqlRules rules = new SqlRules(database, events, productVersion, functionVersions, wall);
    List.copyOf(rules.newest.products().keySet()).forEach(rules::productSaved);
    Map<String, Integer> functions = functionVersions.get();
    List.copyOf(rules.newest.functions().keySet())
        .forEach(name ->
            rules.changed(new Basis(Basis.Kind.FUNCTION, name, functions.getOrDefault(name, 0))));
    return rules;
  }

  @Override
  public long revision() {
    return newest.revision();
  }

  @Override
  public RuleSet at(long revision) {
    RuleSet now = newest;
    return revision == now.revision() ? now : database.snapshot(sql -> RuleTable.at(sql, revision));
  }

  @Override
  public void addListener(Runnable changed) {
    listeners.add(changed);
  }

  /** What was written. */
  private record Written(RuleChange change, List<Basis> basis, boolean isNew) {}

  @Override
  public RuleVersion save(Rule rule, OptionalLong ifVersion) {
    Written written = write(sql -> save(sql, rule, ifVersion));
    return written.change().saved().orElseThrow();
  }

  private Written save(SqlConnection sql, Rule rule, OptionalLong ifVersion) {
    Optional<RuleChange> before = RuleTable.newest(sql, rule.id());
    Optional<RuleVersion> saved = before.flatMap(RuleChange::saved);
    Rules.requireVersion(saved.map(RuleVersion::version).orElse(0), ifVersion);
    if (saved.isPresent() && saved.get().rule().equals(rule)) {
      return new Written(before.orElseThrow(), List.of(), false);
    }
    if (saved.isEmpty()) {
      Rules.requireRoom(newest.rules().size());
    }
    List<Basis> basis = new ArrayList<>();
    for (String product : rule.products()) {
      basis.add(new Basis(Basis.Kind.PRODUCT, product, productVersion.applyAsInt(product)));
    }
    String text = RuleCodec.text(rule);
    functionVersions
        .get()
        .forEach((name, functionVersion) -> {
          if (Basis.calls(text, name)) {
            basis.add(new Basis(Basis.Kind.FUNCTION, name, functionVersion));
          }
        });
    basis.removeIf(one -> newest.versionOf(one) == one.version());
    return insert(sql, rule.id(), before, Optional.of(rule), basis);
  }

  @Override
  public boolean delete(String rule, OptionalLong ifVersion) {
    return write(sql -> delete(sql, rule, ifVersion)).isNew();
  }

  private Written delete(SqlConnection sql, String rule, OptionalLong ifVersion) {
    Optional<RuleChange> before = RuleTable.newest(sql, rule);
    Optional<RuleVersion> saved = before.flatMap(RuleChange::saved);
    Rules.requireVersion(saved.map(RuleVersion::version).orElse(0), ifVersion);
    return saved.isEmpty()
        ? new Written(deletion(rule), List.of(), false)
        : insert(sql, rule, before, Optional.empty(), List.of());
  }

  private RuleChange deletion(String rule) {
    return new RuleChange(
        rule, 0, 0, Times.instant(wall.micros()), Actor.current().text(), Optional.empty());
  }

  private Written insert(
      SqlConnection sql,
      String rule,
      Optional<RuleChange> before,
      Optional<Rule> content,
      List<Basis> basis) {
    RuleChange change =
        new RuleChange(
            rule,
            before.map(RuleChange::version).orElse(0) + 1,
            RuleTable.revision(sql) + 1,
            Times.instant(wall.micros()),
            Actor.current().text(),
            content);
    RuleTable.insert(sql, change);
    RuleTable.insert(sql, change.revision(), basis);
    events.append(RuleFacts.changed(change, basis));
    return new Written(change, basis, true);
  }

  private Written write(Function<SqlConnection, Written> work) {
    Written written =
        database.write(
            work,
            done -> {
              if (done.isNew()) {
                newest = newest.with(done.change(), done.basis());
              }
            });
    if (written.isNew()) {
      database.afterCommit(this::tell);
    }
    return written;
  }

  private void tell() {
    listeners.forEach(Runnable::run);
  }

  @Override
  public void changed(Basis basis) {
    OptionalLong revision =
        database.write(
            sql -> rebase(sql, basis),
            made -> made.ifPresent(number -> newest = newest.with(number, List.of(basis))));
    if (revision.isPresent()) {
      database.afterCommit(this::tell);
    }
  }

  private OptionalLong rebase(SqlConnection sql, Basis basis) {
    RuleSet now = newest;
    boolean matters = now.rules().stream().anyMatch(version -> basis.isOf(version.rule()));
    if (!matters || now.versionOf(basis) == basis.version()) {
      return OptionalLong.empty();
    }
    long revision = RuleTable.revision(sql) + 1;
    RuleTable.insert(sql, revision, List.of(basis));
    events.append(RuleFacts.rebased(revision, List.of(basis)));
    return OptionalLong.of(revision);
  }

  @Override
  public void productSaved(String product) {
    changed(new Basis(Basis.Kind.PRODUCT, product, productVersion.applyAsInt(product)));
  }

  @Override
  public void productDeleted(String product) {
    productSaved(product);
  }

  @Override
  public void deviceBarred(DeviceId device) {}

  @Override
  public void applicationChanged(String name) {}

  @Override
  public Page<RuleChange> versions(String rule, Optional<String> cursor, int limit) {
    int before = Rules.before(cursor);
    return Rules.page(
        database.read(sql -> RuleTable.versions(sql, rule, before, limit + 1)), limit);
  }

  @Override
  public Optional<RuleChange> version(String rule, int version) {
    return database.read(sql -> RuleTable.version(sql, rule, version));
  }

  private static void replay(SqlConnection sql, Event event) {
    RuleFacts.change(event).ifPresent(change -> RuleTable.insert(sql, change));
    RuleTable.insert(sql, RuleFacts.revision(event), RuleFacts.basis(event));
  }
}
