package io.vagus.rule;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A rule book for tests. */
public final class InMemoryRuleBook implements RuleBook {
  private final TreeMap<Long, RuleSet> revisions = new TreeMap<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  public InMemoryRuleBook() {
    revisions.put(0L, RuleSet.NONE);
  }

  /** Saves a version of the rule. */
  public RuleVersion put(Rule rule) {
    RuleVersion saved;
    synchronized (this) {
      RuleSet before = revisions.lastEntry().getValue();
      List<RuleVersion> rules = new ArrayList<>(before.rules());
      int version = 1 + newestVersion(rule.id());
      saved = new RuleVersion(rule, version, before.revision() + 1, Instant.EPOCH, "test");
      rules.removeIf(other -> other.rule().id().equals(rule.id()));
      rules.add(saved);
      revisions.put(saved.revision(), new RuleSet(saved.revision(), rules));
    }
    listeners.forEach(Runnable::run);
    return saved;
  }

  /** A new revision without the rule; also without effect, as when a product changed. */
  public void remove(String id) {
    synchronized (this) {
      RuleSet before = revisions.lastEntry().getValue();
      long revision = before.revision() + 1;
      revisions.put(
          revision,
          new RuleSet(
              revision,
              before.rules().stream().filter(rule -> !rule.rule().id().equals(id)).toList()));
    }
    listeners.forEach(Runnable::run);
  }

  private int newestVersion(String id) {
    return revisions.values().stream()
        .flatMap(set -> set.rules().stream())
        .filter(rule -> rule.rule().id().equals(id))
        .mapToInt(RuleVersion::version)
        .max()
        .orElse(0);
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
