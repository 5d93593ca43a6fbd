package io.vagus.server;

import io.vagus.api.RuleSources;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.RetentionClock;
import io.vagus.kit.WallClock;
import io.vagus.model.ProductModel;
import io.vagus.process.Processor;
import io.vagus.process.RuleParts;
import io.vagus.registry.sql.SqlRegistry;
import io.vagus.rule.Basis;
import io.vagus.rule.RuleSet;
import io.vagus.rule.Sinks;
import io.vagus.rule.SqlRules;
import io.vagus.rule.engine.Products;
import io.vagus.rule.function.SqlFunctions;
import io.vagus.twin.Relations;
import io.vagus.watch.AlertConfig;
import io.vagus.watch.AlertUpkeep;
import io.vagus.watch.SqlAlerts;
import java.util.HashMap;
import java.util.Map;

/**
 * The rules as people write them, what of the platform they may ask, and the alerts that they
 * raise. Started before the processing, which judges them.
 */
record RuleWay(SqlRules rules, SqlFunctions functions, RuleParts parts, SqlAlerts alerts) {

  static RuleWay start(
      Parts started,
      SqlRegistry registry,
      Relations relations,
      AlertConfig config,
      WallClock wall,
      MonotonicClock monotonic) {
    SqlFunctions functions = SqlFunctions.open(registry.database(), registry.events(), wall);
    SqlRules rules =
        SqlRules.open(
            registry.database(),
            registry.events(),
            product -> registry.model(product).map(ProductModel::version).orElse(0),
            functions::versions,
            wall);
    registry.addListener(rules);
    functions.addListener(
        (name, version) -> rules.changed(new Basis(Basis.Kind.FUNCTION, name, version)));
    RuleSurroundings surroundings = new RuleSurroundings(registry, relations);
    registry.addListener(surroundings);
    SqlAlerts alerts = new SqlAlerts(registry.database(), registry.events(), wall);
    started.add(AlertUpkeep.start(alerts, config, new RetentionClock(wall, monotonic)));
    return new RuleWay(
        rules,
        functions,
        new RuleParts(
            rules,
            set -> products(registry, set),
            set -> functions.at(set.functions()),
            surroundings),
        alerts);
  }

  /** In the versions that the rules were built on; of others the newest, for related devices. */
  private static Products products(SqlRegistry registry, RuleSet set) {
    Map<String, ProductModel> models = new HashMap<>();
    registry.products().forEach(model -> models.put(model.id(), model));
    set.products()
        .forEach((product, version) -> {
          models.remove(product);
          registry.model(product, version).ifPresent(model -> models.put(product, model));
        });
    return new Products(models);
  }

  RuleSources sources(Processor processor, Sinks sinks) {
    return new RuleSources(
        rules,
        functions::functions,
        sinks::names,
        processor::rules,
        parts.surroundings(),
        processor.ruleMeasures(),
        processor.outbox(),
        alerts);
  }
}
