package io.vagus.device;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Follows a device's rules and reports each action, with the time of its reading. Guarded by
 * itself.
 */
final class Rules {
  private final List<Rule> rules;
  private final Set<Rule> on = new HashSet<>();

  Rules(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  /**
   * @param report takes what was done
   */
  synchronized void judge(Message.Telemetry reading, Consumer<Message.Telemetry> report) {
    for (Rule rule : rules) {
      if (reading.values().get(rule.metric()) instanceof Number value) {
        boolean now = value.doubleValue() > (on.contains(rule) ? rule.off() : rule.on());
        if (now ? on.add(rule) : on.remove(rule)) {
          rule.act().accept(now);
          report.accept(
              new Message.Telemetry(Priority.HIGH, reading.time(), Map.of(rule.actuator(), now)));
        }
      }
    }
  }
}
