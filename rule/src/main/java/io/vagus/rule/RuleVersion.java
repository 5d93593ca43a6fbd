package io.vagus.rule;

import java.time.Instant;

/**
 * A rule as it was saved once; never changed.
 *
 * @param version of this rule, from 1
 * @param revision of the rule book that it came with
 * @param by as the event log names who saved it
 */
public record RuleVersion(Rule rule, int version, long revision, Instant at, String by) {}
