package io.vagus.process;

import io.vagus.expression.Functions;
import io.vagus.rule.InMemoryRuleBook;
import io.vagus.rule.RuleBook;
import io.vagus.rule.RuleSet;
import io.vagus.rule.engine.Products;
import io.vagus.rule.engine.Surroundings;
import java.util.Map;
import java.util.function.Function;

/**
 * What rules need of the platform.
 *
 * @param products in the versions that a set of rules is built on
 * @param functions in the versions that a set of rules is built on; the same object as before where
 *     none changed
 * @param surroundings of which the devices' own states are not asked: the processing has them
 */
public record RuleParts(
    RuleBook book,
    Function<RuleSet, Products> products,
    Function<RuleSet, Functions> functions,
    Surroundings surroundings) {

  /** Of a platform without rules. */
  public static RuleParts none() {
    return new RuleParts(
        new InMemoryRuleBook(),
        set -> new Products(Map.of()),
        set -> Functions.NONE,
        Surroundings.NONE);
  }
}
