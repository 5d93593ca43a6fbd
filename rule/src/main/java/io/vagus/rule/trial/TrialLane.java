package io.vagus.rule.trial;

import io.vagus.expression.Functions;
import io.vagus.kit.MonotonicClock;
import io.vagus.model.DeviceId;
import io.vagus.model.Reading;
import io.vagus.rule.Firing;
import io.vagus.rule.Rule;
import io.vagus.rule.RuleSet;
import io.vagus.rule.RuleVersion;
import io.vagus.rule.engine.CompiledRules;
import io.vagus.rule.engine.Firings;
import io.vagus.rule.engine.Products;
import io.vagus.rule.engine.RecordedDevice;
import io.vagus.rule.engine.RuleCounts;
import io.vagus.rule.engine.RuleEngine;
import io.vagus.rule.engine.RuleMessage;
import io.vagus.rule.engine.Surroundings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One version of the rule on its way through what was recorded, by the engine that judges live
 * messages. A mark comes when something is due, as when the platform is idle. One thread.
 */
final class TrialLane {
  private final CompiledRules rules;
  private final Surroundings around;
  private final MonotonicClock clock;
  private final Firings firings = new Firings();
  private final Map<DeviceId, RecordedDevice> devices = new HashMap<>();
  private RuleEngine engine;
  private long offset;
  private long raised;
  private long cleared;
  private long looped;

  TrialLane(
      Rule rule,
      Products products,
      Functions functions,
      Surroundings around,
      MonotonicClock clock) {
    RuleVersion version = new RuleVersion(rule, 1, 1, Instant.EPOCH, "");
    this.rules =
        CompiledRules.of(new RuleSet(1, List.of(version)), products, functions, CompiledRules.NONE);
    this.around = around.withDevices(device -> Optional.ofNullable(devices.get(device)));
    this.clock = clock;
    this.engine = new RuleEngine(this.around, clock);
  }

  /** Devices do not meet but for those that are related: each has an engine of its own. */
  void begin() {
    devices.clear();
    engine = new RuleEngine(around, clock);
    engine.rules(rules);
  }

  /** What the device sent, and all that was due before; only looked at: another's rules are not. */
  List<Firing> hear(DeviceId device, String product, List<Reading> message, boolean judged) {
    long at = message.getFirst().receivedMicros();
    List<Firing> found = due(at);
    RecordedDevice known = devices.computeIfAbsent(device, id -> new RecordedDevice(id, product));
    known.take(message);
    if (judged) {
      firings.clear();
      engine.heard(known, new RuleMessage(offset++, at, product, message, false), firings);
      found = joined(found, firings.list());
    }
    return found;
  }

  /** It is that late. */
  List<Firing> due(long untilMicros) {
    List<Firing> found = List.of();
    long next = engine.nextDueMicros();
    while (next <= untilMicros) {
      firings.clear();
      engine.advance(offset++, next, firings);
      found = joined(found, firings.list());
      next = engine.nextDueMicros();
    }
    firings.clear();
    engine.advance(offset++, untilMicros, firings);
    return joined(found, firings.list());
  }

  private static List<Firing> joined(List<Firing> one, List<Firing> other) {
    if (other.isEmpty()) {
      return one;
    }
    List<Firing> both = new ArrayList<>(one);
    both.addAll(other);
    return both;
  }

  void count(Firing firing) {
    switch (firing.phase()) {
      case RAISED -> raised++;
      case CLEARED -> cleared++;
      case LOOPING -> looped++;
    }
  }

  TrialResult.Counts counts() {
    RuleCounts counts = rules.counts().values().iterator().next();
    return new TrialResult.Counts(raised, cleared, looped, counts.errors(), counts.lastError());
  }
}
