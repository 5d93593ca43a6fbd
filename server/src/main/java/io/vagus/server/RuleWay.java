package io.vagus.server;

import io.vagus.expression.Functions;
import io.vagus.kit.WallClock;
import io.vagus.model.ProductModel;
import io.vagus.process.RuleParts;
import io.vagus.registry.sql.SqlRegistry;
import io.vagus.rule.RuleSet;
import io.vagus.rule.SqlRules;
import io.vagus.rule.engine.Products;
import io.vagus.twin.Relations;
import java.util.HashMap;
import java.util.Map;

/** The rules as people write them, and what of the platform they may ask. */
record RuleWay(SqlRules rules, RuleParts parts) {

  static RuleWay open(SqlRegistry registry, Relations relations, WallClock wall) {
    SqlRules rules =
        SqlRules.open(
            registry.database(),
            registry.events(),
            product -> registry.model(product).map(ProductModel::version).orElse(0),
            wall);
    registry.addListener(rules);
    RuleSurroundings surroundings = new RuleSurroundings(registry, relations);
    registry.addListener(surroundings);
    return new RuleWay(
        rules,
        new RuleParts(rules, set -> products(registry, set), () -> Functions.NONE, surroundings));
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
}
