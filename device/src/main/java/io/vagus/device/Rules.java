package io.vagus.device;

import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
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
  private final Map<Rule, LocalCondition> rules = new LinkedHashMap<>();
  private final Known known;
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
   * An INVALID_REQUEST says what is wrong with a rule's condition.
   *
   * @param failed hears of each action that was refused, once until it may be done
   */
  Rules(List<Rule> rules, String device, Known known, Guard guard, Consumer<String> failed) {
    rules.forEach(rule -> this.rules.put(rule, LocalCondition.of(rule.trigger(), device)));
    this.known = known;
    this.guard = guard;
    this.failed = failed;
  }

  /**
   * @param reading with its time
   * @param report takes what was done
   */
  synchronized void judge(Message.Telemetry reading, Consumer<Message.Telemetry> report) {
    Instant time = reading.time().orElseThrow();
    rules.forEach((rule, condition) -> {
      boolean is = on.contains(rule);
      boolean now = condition.judge(reading.values(), is, known, time).orElse(is);
      if (now != is && mayAct(rule, now)) {
        var unused = now ? on.add(rule) : on.remove(rule);
        rule.act().accept(now);
        report.accept(
            new Message.Telemetry(Priority.HIGH, reading.time(), Map.of(rule.actuator(), now)));
      }
    });
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
