package io.vagus.rule;

import java.util.List;

/**
 * The rules in force at one revision of the rule book.
 *
 * @param revision grows with each change of any rule; 0 before the first
 */
public record RuleSet(long revision, List<RuleVersion> rules) {
  public static final RuleSet NONE = new RuleSet(0, List.of());

  public RuleSet {
    rules = List.copyOf(rules);
  }
}
