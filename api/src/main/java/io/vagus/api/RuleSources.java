package io.vagus.api;

import io.vagus.expression.Functions;
import io.vagus.rule.Outbox;
import io.vagus.rule.RuleMeasures;
import io.vagus.rule.Rules;
import io.vagus.rule.engine.CompiledRules;
import io.vagus.rule.engine.Surroundings;
import io.vagus.watch.Alerts;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What the API knows of rules from.
 *
 * @param functions that expressions may call
 * @param sinks names of those that rules may send to
 * @param compiled of the newest revision, or near it
 * @param surroundings what rules may ask beyond what a device sent
 * @param measures what judging them took
 * @param outbox what rules did
 */
public record RuleSources(
    Rules book,
    Supplier<Functions> functions,
    Supplier<Set<String>> sinks,
    Supplier<CompiledRules> compiled,
    Surroundings surroundings,
    RuleMeasures measures,
    Outbox outbox,
    Alerts alerts) {}
