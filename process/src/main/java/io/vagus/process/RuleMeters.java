package io.vagus.process;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vagus.kit.WallClock;
import io.vagus.rule.Firing;
import io.vagus.rule.RuleMeasures;
import io.vagus.rule.RuleStats;
import io.vagus.rule.engine.CompiledRules;
import io.vagus.rule.engine.RuleCounts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What is measured of each rule. Written by the processing thread, read by any.
 *
 * <p>A rule has metrics of its own as long as there are no more than {@link #MOST_LABELS} of them;
 * the firings of further ones are timed under {@code other}. What {@link #of} tells has no bound
 * but that of the rules.
 */
final class RuleMeters implements RuleMeasures {
  static final int MOST_LABELS = 200;
  private static final String OTHER = "other";
  private static final Duration[] LATENCIES = {
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(20),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofSeconds(10),
    Duration.ofMinutes(1)
  };

  private final MeterRegistry registry;
  private final WallClock clock;
  private final LongSupplier lagRecords;
  private final Map<String, Measured> rules = new ConcurrentHashMap<>();
  private final List<Firing> unforced = new ArrayList<>();
  private @Nullable Timer others;
  private int labels;

  /** A rule's counts are others from each start of the engine on; its latencies go on. */
  private static final class Measured {
    final RuleLatency decided = new RuleLatency();
    final RuleLatency sinceEvent = new RuleLatency();
    final RulePace pace = new RulePace();
    final Timer timer;
    volatile RuleCounts counts;

    Measured(Timer timer, RuleCounts counts) {
      this.timer = timer;
      this.counts = counts;
    }
  }

  RuleMeters(MeterRegistry registry, WallClock clock, LongSupplier lagRecords) {
    this.registry = registry;
    this.clock = clock;
    this.lagRecords = lagRecords;
  }

  /** These are in force now. */
  void rules(CompiledRules compiled) {
    compiled
        .counts()
        .forEach((id, counts) -> {
          Measured known = rules.get(id);
          if (known == null) {
            rules.put(id, measured(id, counts));
          } else {
            known.counts = counts;
          }
        });
  }

  private Measured measured(String id, RuleCounts counts) {
    if (labels >= MOST_LABELS) {
      return new Measured(others(), counts);
    }
    labels++;
    Measured measured = new Measured(timer(id), counts);
    count("evaluated", "Times that a rule was judged", id, measured, c -> c.evaluated());
    count("errors", "Times that a rule could not be judged", id, measured, c -> c.errors());
    count("late", "Readings too late for a rule's window", id, measured, c -> c.late());
    count("looped", "Devices that a rule was stopped for", id, measured, c -> c.looped());
    return measured;
  }

  private void count(
      String what, String says, String id, Measured measured, ToDoubleFunction<RuleCounts> value) {
    FunctionCounter.builder("vagus.rule." + what, measured, m -> value.applyAsDouble(m.counts))
        .description(says)
        .tag("rule", id)
        .register(registry);
  }

  private Timer others() {
    Timer timer = others == null ? timer(OTHER) : others;
    others = timer;
    return timer;
  }

  private Timer timer(String id) {
    return Timer.builder("vagus.rule.latency")
        .description("From the receipt of a message to a firing that is durable")
        .serviceLevelObjectives(LATENCIES)
        .tag("rule", id)
        .register(registry);
  }

  /** They are in the outbox, and durable later. */
  void fired(List<Firing> firings) {
    unforced.addAll(firings);
  }

  /** They are durable now. */
  void forced() {
    if (unforced.isEmpty()) {
      return;
    }
    long now = clock.micros();
    for (Firing firing : unforced) {
      Measured measured = rules.get(firing.rule());
      if (measured != null) {
        long micros = Math.max(0, now - firing.receivedMicros());
        measured.timer.record(micros, TimeUnit.MICROSECONDS);
        measured.decided.record(micros);
        measured.sinceEvent.record(now - firing.eventMicros());
        measured.pace.count(now);
      }
    }
    unforced.clear();
  }

  @Override
  public Optional<RuleStats> of(String rule) {
    Measured measured = rules.get(rule);
    if (measured == null) {
      return Optional.empty();
    }
    return Optional.of(
        new RuleStats(
            measured.decided.percentiles(),
            measured.sinceEvent.percentiles(),
            measured.pace.perMinute(clock.micros()),
            lagRecords.getAsLong()));
  }
}
