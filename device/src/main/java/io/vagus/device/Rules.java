package io.vagus.device;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Follows a device's rules and reports each action, with the time of its reading. Guarded by
 * itself.
 */
final class Rules {
  private final List<Rule> rules;
  private final Guard guard;
  private final Consumer<String> failed;
  private final Set<Rule> on = new HashSet<>();
  private final Set<Rule> refused = new HashSet<>();

  /** What may speak against an action. */
  interface Guard {
    /** Why an actuator may not be switched; empty: it may. */
    Optional<String> refusal(String actuator, boolean on);
  }

  /**
   * @param failed hears of each action that was refused, once until it may be done
   */
  Rules(List<Rule> rules, Guard guard, Consumer<String> failed) {
    this.rules = List.copyOf(rules);
    this.guard = guard;
    this.failed = failed;
  }

  /**
   * @param report takes what was done
   */
  synchronized void judge(Message.Telemetry reading, Consumer<Message.Telemetry> report) {
    for (Rule rule : rules) {
      if (reading.values().get(rule.metric()) instanceof Number value) {
        boolean now = value.doubleValue() > (on.contains(rule) ? rule.off() : rule.on());
        if (now != on.contains(rule) && mayAct(rule, now)) {
          var unused = now ? on.add(rule) : on.remove(rule);
          rule.act().accept(now);
          report.accept(
              new Message.Telemetry(Priority.HIGH, reading.time(), Map.of(rule.actuator(), now)));
        }
      }
    }
  }

  /** Asked at each reading again, until it is done. */
  private boolean mayAct(Rule rule, boolean now) {
    Optional<String> refusal = guard.refusal(rule.actuator(), now);
    if (refusal.isEmpty()) {
      refused.remove(rule);
    } else if (refused.add(rule)) {
      failed.accept("rule on " + rule.actuator() + " refused by " + refusal.get());
    }
    return refusal.isEmpty();
  }
}
