package io.vagus.rule.engine;

import io.vagus.rule.Rule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rule's place among those of a product.
 *
 * @param id of the rule
 * @param ordinal among the product's rules, which are in the order of their ids
 * @param program null: it cannot be compiled
 */
record CompiledRule(
    String id, int version, int ordinal, @Nullable RuleProgram program, RuleCounts counts) {

  /** One of which nothing is known but its name. */
  static CompiledRule unknown(String id, RuleCounts counts) {
    return new CompiledRule(id, 0, -1, null, counts);
  }

  boolean isSound() {
    return program != null;
  }

  /** Of a sound one. */
  RuleProgram sound() {
    if (program == null) {
      throw new IllegalStateException("rule " + id + " is broken");
    }
    return program;
  }

  Rule rule() {
    return sound().rule();
  }

  List<WindowShape> windows() {
    return program == null ? List.of() : program.windows();
  }
}
