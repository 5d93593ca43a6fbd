package io.vagus.rule.engine;

import io.vagus.expression.Functions;
import io.vagus.model.ProductModel;
import io.vagus.rule.Rule;
import io.vagus.rule.RuleSet;
import io.vagus.rule.RuleVersion;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one revision, ready to be judged. A rule that cannot be compiled for a product is
 * broken there, and no other is touched by it. Immutable but for the counts; one object may serve
 * several engines only where they may share these.
 */
public final class CompiledRules {
  public static final CompiledRules NONE = new CompiledRules(0, Map.of(), Map.of(), Map.of());

  private final long revision;
  private final Map<String, ProductRules> byProduct;
  private final Map<String, RuleCounts> counts;
  private final Map<String, List<RuleError>> errors;

  private CompiledRules(
      long revision,
      Map<String, ProductRules> byProduct,
      Map<String, RuleCounts> counts,
      Map<String, List<RuleError>> errors) {
    this.revision = revision;
    this.byProduct = Map.copyOf(byProduct);
    this.counts = Collections.unmodifiableMap(new TreeMap<>(counts));
    this.errors = Collections.unmodifiableMap(new TreeMap<>(errors));
  }

  /**
   * Compiles what the one before does not have; a millisecond or so for each rule and product.
   *
   * @param functions that expressions may call: the same object as before where none changed
   * @param before whose programs and counts are taken over; {@link #NONE} for fresh ones
   */
  public static CompiledRules of(
      RuleSet rules, Products products, Functions functions, CompiledRules before) {
    return new Compilation(products, functions, before).of(rules);
  }

  /** Why a rule cannot be compiled for its products; empty: it can. */
  public static List<RuleError> check(Rule rule, Products products, Functions functions) {
    RuleVersion version = new RuleVersion(rule, 1, 1, Instant.EPOCH, "");
    return of(new RuleSet(1, List.of(version)), products, functions, NONE).errors(rule.id());
  }

  private record Compilation(Products products, Functions functions, CompiledRules before) {

    CompiledRules of(RuleSet set) {
      Map<String, List<CompiledRule>> found = new HashMap<>();
      Map<String, RuleCounts> counts = new HashMap<>();
      Map<String, List<RuleError>> errors = new HashMap<>();
      set.rules().stream()
          .sorted(Comparator.comparing(version -> version.rule().id()))
          .filter(version -> version.rule().mode() != Rule.Mode.OFF)
          .forEach(version -> {
            String id = version.rule().id();
            RuleCounts its = before.counts.getOrDefault(id, new RuleCounts());
            counts.put(id, its);
            List<RuleError> wrong = new ArrayList<>();
            for (String product : version.rule().products()) {
              List<CompiledRule> those = found.computeIfAbsent(product, p -> new ArrayList<>());
              Optional<RuleProgram> program = program(version, product, wrong);
              those.add(
                  new CompiledRule(id, version.version(), those.size(), program.orElse(null), its));
            }
            errors.put(id, List.copyOf(wrong));
          });
      Map<String, ProductRules> byProduct = new HashMap<>();
      found.forEach((product, those) -> byProduct.put(product, new ProductRules(those)));
      return new CompiledRules(set.revision(), byProduct, counts, errors);
    }

    private Optional<RuleProgram> program(
        RuleVersion version, String product, List<RuleError> wrong) {
      Optional<ProductModel> model = products.find(product);
      if (model.isEmpty()) {
        wrong.add(
            RuleError.of(
                product, "products", "", "product: \"" + product + "\" (expected: a known one)"));
        return Optional.empty();
      }
      RuleProgram known = before.program(version.rule().id(), product);
      // A related device's product may have changed: what is known is only worth it without one.
      if (known != null
          && version.rule().related().isEmpty()
          && known.is(version, model.get(), functions)) {
        return Optional.of(known);
      }
      List<RuleError> errors = new ArrayList<>();
      Optional<RuleProgram> program =
          RuleProgram.compile(version, model.get(), functions, products, errors);
      wrong.addAll(errors);
      return program;
    }
  }

  private @Nullable RuleProgram program(String id, String product) {
    CompiledRule rule = product(product).find(id);
    return rule == null ? null : rule.program();
  }

  ProductRules product(String product) {
    return byProduct.getOrDefault(product, ProductRules.NONE);
  }

  /** The most that one product has. */
  int mostRules() {
    return byProduct.values().stream().mapToInt(p -> p.rules().size()).max().orElse(0);
  }

  int mostMetrics() {
    return byProduct.values().stream().mapToInt(ProductRules::metricCount).max().orElse(0);
  }

  /** Of {@link RuleSet}. */
  public long revision() {
    return revision;
  }

  /** What became of each rule that is not off, by id. */
  public Map<String, RuleCounts> counts() {
    return counts;
  }

  /** Why a rule is broken, for those of its products where it is; empty: it works everywhere. */
  public List<RuleError> errors(String rule) {
    return errors.getOrDefault(rule, List.of());
  }

  /** The rules that are broken somewhere, by id. */
  public Map<String, List<RuleError>> broken() {
    Map<String, List<RuleError>> broken = new TreeMap<>(errors);
    broken.values().removeIf(List::isEmpty);
    return broken;
  }

  /** The rules of a product that look at a metric, or say its value, by id. */
  public List<String> using(String product, String metric) {
    return product(product).rules().stream()
        .filter(rule -> rule.isSound() && rule.sound().uses(metric))
        .map(CompiledRule::id)
        .toList();
  }

  /** What looks like a mistake in rules that work. */
  public List<RuleLint> lint() {
    List<RuleLint> found = new ArrayList<>();
    new TreeMap<>(byProduct)
        .forEach((product, its) ->
            its.rules().stream()
                .filter(CompiledRule::isSound)
                .forEach(rule -> found.addAll(RuleLint.of(rule.sound()))));
    return found;
  }
}
