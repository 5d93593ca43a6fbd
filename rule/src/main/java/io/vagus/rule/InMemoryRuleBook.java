package io.vagus.rule;

import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import io.vagus.registry.Actor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToIntFunction;

/** The rule book's twin without a disk and without events, for tests. Owns its lock. */
public final class InMemoryRuleBook implements Rules {
  private final TreeMap<Long, RuleSet> revisions = new TreeMap<>();
  private final Map<String, List<RuleChange>> changes = new HashMap<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final ToIntFunction<String> productVersion;

  /** Whose products never change. */
  public InMemoryRuleBook() {
    this(product -> 0);
  }

  /**
   * @param productVersion the version of a product that is in force; 0: there is none
   */
  public InMemoryRuleBook(ToIntFunction<String> productVersion) {
    this.productVersion = productVersion;
    revisions.put(0L, RuleSet.NONE);
  }

  /** Saves a version of the rule. */
  public RuleVersion put(Rule rule) {
    return save(rule, OptionalLong.empty());
  }

  /** A new revision without the rule; also without effect, as when a product changed. */
  public void remove(String id) {
    if (!delete(id, OptionalLong.empty())) {
      synchronized (this) {
        put(newest().with(next(), List.of()));
      }
      tell();
    }
  }

  @Override
  public RuleVersion save(Rule rule, OptionalLong ifVersion) {
    RuleVersion saved;
    synchronized (this) {
      Optional<RuleVersion> before = newest().find(rule.id());
      Rules.requireVersion(before.map(RuleVersion::version).orElse(0), ifVersion);
      if (before.isPresent() && before.get().rule().equals(rule)) {
        return before.get();
      }
      if (before.isEmpty()) {
        Rules.requireRoom(newest().rules().size());
      }
      List<Basis> basis =
          rule.products().stream()
              .map(p -> new Basis(Basis.Kind.PRODUCT, p, productVersion.applyAsInt(p)))
              .toList();
      saved = add(rule.id(), Optional.of(rule), basis).saved().orElseThrow();
    }
    tell();
    return saved;
  }

  @Override
  public boolean delete(String rule, OptionalLong ifVersion) {
    synchronized (this) {
      Optional<RuleVersion> before = newest().find(rule);
      Rules.requireVersion(before.map(RuleVersion::version).orElse(0), ifVersion);
      if (before.isEmpty()) {
        return false;
      }
      add(rule, Optional.empty(), List.of());
    }
    tell();
    return true;
  }

  private RuleChange add(String rule, Optional<Rule> content, List<Basis> basis) {
    List<RuleChange> all = changes.computeIfAbsent(rule, id -> new ArrayList<>());
    RuleChange change =
        new RuleChange(
            rule, all.size() + 1, next(), Instant.EPOCH, Actor.current().text(), content);
    all.add(change);
    put(newest().with(change, basis));
    return change;
  }

  private long next() {
    return revisions.lastKey() + 1;
  }

  private RuleSet newest() {
    return revisions.lastEntry().getValue();
  }

  private void put(RuleSet set) {
    revisions.put(set.revision(), set);
  }

  private void tell() {
    listeners.forEach(Runnable::run);
  }

  @Override
  public void changed(Basis basis) {
    synchronized (this) {
      boolean matters = newest().rules().stream().anyMatch(version -> basis.isOf(version.rule()));
      if (!matters || newest().versionOf(basis) == basis.version()) {
        return;
      }
      put(newest().with(next(), List.of(basis)));
    }
    tell();
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
  public synchronized Page<RuleChange> versions(String rule, Optional<String> cursor, int limit) {
    int before = Rules.before(cursor);
    List<RuleChange> found =
        changes.getOrDefault(rule, List.of()).stream()
            .filter(change -> change.version() < before)
            .sorted(Comparator.comparing(RuleChange::version).reversed())
            .limit(limit + 1L)
            .toList();
    return Rules.page(found, limit);
  }

  @Override
  public synchronized Optional<RuleChange> version(String rule, int version) {
    return changes.getOrDefault(rule, List.of()).stream()
        .filter(change -> change.version() == version)
        .findFirst();
  }

  @Override
  public synchronized long revision() {
    return revisions.lastKey();
  }

  @Override
  public synchronized RuleSet at(long revision) {
    return revisions.floorEntry(revision).getValue();
  }

  @Override
  public void addListener(Runnable changed) {
    listeners.add(changed);
  }
}
