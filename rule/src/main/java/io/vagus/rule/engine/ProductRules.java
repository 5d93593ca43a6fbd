package io.vagus.rule.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The rules of one product, found by what a message brings. Immutable. */
final class ProductRules {
  static final ProductRules NONE = new ProductRules(List.of());

  /** Sorted by id. */
  private final List<CompiledRule> rules;

  private final Map<String, CompiledRule> byId = new HashMap<>();
  private final Map<String, MetricRules> byMetric = new HashMap<>();
  private final int[] reported;

  ProductRules(List<CompiledRule> rules) {
    this.rules = List.copyOf(rules);
    rules.forEach(rule -> byId.put(rule.id(), rule));
    List<CompiledRule> sound = rules.stream().filter(CompiledRule::isSound).toList();
    Map<String, List<CompiledRule>> concerned = new HashMap<>();
    for (CompiledRule rule : sound) {
      for (String metric : metrics(rule.sound())) {
        concerned.computeIfAbsent(metric, m -> new ArrayList<>()).add(rule);
      }
    }
    concerned.forEach(
        (metric, those) -> byMetric.put(metric, MetricRules.of(byMetric.size(), metric, those)));
    this.reported =
        sound.stream()
            .filter(rule -> rule.sound().looksAtReported())
            .mapToInt(CompiledRule::ordinal)
            .toArray();
  }

  private static Set<String> metrics(RuleProgram program) {
    Set<String> metrics = new TreeSet<>(program.watched());
    program.windows().forEach(window -> metrics.add(window.metric()));
    return metrics;
  }

  @Nullable CompiledRule find(String id) {
    return byId.get(id);
  }

  /** Null: no rule is concerned. */
  @Nullable MetricRules metric(String name) {
    return byMetric.get(name);
  }

  CompiledRule at(int ordinal) {
    return rules.get(ordinal);
  }

  int metricCount() {
    return byMetric.size();
  }

  List<CompiledRule> rules() {
    return rules;
  }

  /** Ordinals of those that look at what a device says it is. */
  int[] reported() {
    return reported;
  }
}
