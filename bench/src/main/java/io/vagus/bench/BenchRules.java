package io.vagus.bench;

import io.vagus.expression.Functions;
import io.vagus.model.MetricModel;
import io.vagus.model.MetricType;
import io.vagus.model.ProductModel;
import io.vagus.model.Violation;
import io.vagus.rule.Effect;
import io.vagus.rule.Rule;
import io.vagus.rule.RuleSet;
import io.vagus.rule.RuleVersion;
import io.vagus.rule.Window;
import io.vagus.rule.engine.CompiledRules;
import io.vagus.rule.engine.Products;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** The rules of a bench, and the products that they look at. */
final class BenchRules {
  static final int PRODUCTS = 10;
  static final int METRICS = 100;

  private BenchRules() {}

  static String product(int number) {
    return "bench-" + number;
  }

  static String metric(int number) {
    return "m" + number;
  }

  private static Products products() {
    Map<String, MetricModel> metrics = new TreeMap<>();
    for (int i = 0; i < METRICS; i++) {
      metrics.put(metric(i), number(metric(i)));
    }
    Map<String, ProductModel> products = new TreeMap<>();
    for (int i = 0; i < PRODUCTS; i++) {
      products.put(
          product(i),
          new ProductModel(product(i), 1, "Bench", metrics, Optional.empty(), Optional.empty(), 0));
    }
    return new Products(products);
  }

  private static MetricModel number(String name) {
    return new MetricModel(
        name,
        MetricType.NUMBER,
        "",
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        Violation.FLAG);
  }

  /** Over all metrics of all products: a message concerns one in a thousand. */
  static CompiledRules spread(int count) {
    return compiled(
        count,
        i ->
            rule(
                i,
                product(i % PRODUCTS),
                Map.of(),
                "readings.%s.value > 100.0".formatted(metric(i / PRODUCTS % METRICS))));
  }

  /** All over one metric: the first one holds for each value from 0 to 1, the others never. */
  static CompiledRules thresholds(int count) {
    return compiled(
        count,
        i -> rule(i, product(0), Map.of(), "readings.m0.value > %d.0".formatted(i == 0 ? -1 : i)));
  }

  /** All over one metric, each for a band of its own: one holds. */
  static CompiledRules bands(int count) {
    return compiled(
        count,
        i ->
            rule(
                i,
                product(0),
                Map.of(),
                "readings.m0.value >= %d.0 && readings.m0.value < %d.0".formatted(i, i + 1)));
  }

  /** One rule over one window. */
  static CompiledRules window(Window window, String when) {
    return compiled(1, i -> rule(i, product(0), Map.of("w", window), when));
  }

  private static CompiledRules compiled(int count, IntFunction<Rule> rule) {
    List<RuleVersion> versions =
        IntStream.range(0, count)
            .mapToObj(rule)
            .map(text -> new RuleVersion(text, 1, 1, Instant.EPOCH, "bench"))
            .toList();
    return CompiledRules.of(
        new RuleSet(1, versions), products(), Functions.NONE, CompiledRules.NONE);
  }

  private static Rule rule(int number, String product, Map<String, Window> windows, String when) {
    return new Rule(
        "bench-" + number,
        "",
        "bench",
        Rule.Mode.LIVE,
        List.of(product),
        Optional.empty(),
        windows,
        Map.of(),
        when,
        Optional.empty(),
        Duration.ZERO,
        Rule.Fire.ON_CHANGE,
        Duration.ZERO,
        Optional.empty(),
        Rule.DEFAULT_FIRINGS_PER_MINUTE,
        List.of(new Effect.NoteEvent(Effect.Severity.INFO, "it is so")),
        List.of());
  }
}
