package io.vagus.rule;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The rules in force at one revision of the rule book.
 *
 * @param revision grows with each change of any rule, and of what one is built on; 0 before the
 *     first
 * @param rules in order of their ids
 * @param products version of each that rules name, as it was at that revision
 * @param functions the same of those that rules call
 */
public record RuleSet(
    long revision,
    List<RuleVersion> rules,
    Map<String, Integer> products,
    Map<String, Integer> functions) {
  public static final RuleSet NONE = new RuleSet(0, List.of());

  public RuleSet {
    rules = rules.stream().sorted(Comparator.comparing(version -> version.rule().id())).toList();
    products = Map.copyOf(products);
    functions = Map.copyOf(functions);
  }

  public RuleSet(long revision, List<RuleVersion> rules) {
    this(revision, rules, Map.of(), Map.of());
  }

  public Optional<RuleVersion> find(String rule) {
    return rules.stream().filter(version -> version.rule().id().equals(rule)).findFirst();
  }

  /** After that change. */
  RuleSet with(RuleChange change, List<Basis> basis) {
    List<RuleVersion> next = new ArrayList<>(rules);
    next.removeIf(version -> version.rule().id().equals(change.rule()));
    change.saved().ifPresent(next::add);
    return new RuleSet(change.revision(), next, products, functions).with(change.revision(), basis);
  }

  /** The same rules on another basis. */
  RuleSet with(long newRevision, List<Basis> basis) {
    Map<String, Integer> nextProducts = new HashMap<>(products);
    Map<String, Integer> nextFunctions = new HashMap<>(functions);
    for (Basis one : basis) {
      (one.kind() == Basis.Kind.PRODUCT ? nextProducts : nextFunctions)
          .put(one.name(), one.version());
    }
    return new RuleSet(newRevision, rules, nextProducts, nextFunctions);
  }

  /** The version of it that this set is built on; -1 when it is built on none. */
  int versionOf(Basis basis) {
    Map<String, Integer> of = basis.kind() == Basis.Kind.PRODUCT ? products : functions;
    return of.getOrDefault(basis.name(), -1);
  }
}
