package io.vagus.rule;

import java.util.Optional;

/** What the platform measures of its rules. Thread-safe. */
@FunctionalInterface
public interface RuleMeasures {

  /** Of one that is in force, or was; empty: nothing is known of it. */
  Optional<RuleStats> of(String rule);
}
