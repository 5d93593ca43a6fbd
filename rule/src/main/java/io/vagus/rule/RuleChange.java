package io.vagus.rule;

import java.time.Instant;
import java.util.Optional;

/**
 * What became of a rule once; never changed. A deletion has a version of its own.
 *
 * @param version of this rule, from 1
 * @param revision of the rule book that it came with
 * @param by as the event log names who did it
 * @param content empty: it was deleted
 */
public record RuleChange(
    String rule, int version, long revision, Instant at, String by, Optional<Rule> content) {

  /** As a version of the rule; empty: it was deleted. */
  public Optional<RuleVersion> saved() {
    return content.map(rule -> new RuleVersion(rule, version, revision, at, by));
  }
}
