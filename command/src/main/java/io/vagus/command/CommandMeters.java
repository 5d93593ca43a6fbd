package io.vagus.command;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vagus.model.Command;
import io.vagus.model.Command.Lane;
import io.vagus.model.CommandState;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What is measured of commands; never by device. Written by the commands' thread. */
final class CommandMeters {
  private final Map<Lane, Map<CommandState, Counter>> states = new EnumMap<>(Lane.class);
  private final Map<Lane, Timer> delivered = new EnumMap<>(Lane.class);
  private final Map<Lane, Timer> executed = new EnumMap<>(Lane.class);
  private final Map<Lane, Map<Stage, Counter>> good = new EnumMap<>(Lane.class);
  private final Map<Lane, Map<Stage, Counter>> bad = new EnumMap<>(Lane.class);
  private final Counter taken;
  private final Counter duplicate;
  private final Counter refused;
  private final Timer commit;

  /** What may be asked of a command that is over. */
  private enum Stage {
    DELIVERED,
    EXECUTED,
    /** Of those with an effect. */
    VERIFIED,
    /** All of it. */
    SUCCEEDED
  }

  CommandMeters(MeterRegistry registry, Supplier<Number> open, Supplier<Number> queue) {
    for (Lane lane : Lane.values()) {
      Map<CommandState, Counter> counters = new EnumMap<>(CommandState.class);
      for (CommandState state : CommandState.values()) {
        counters.put(
            state,
            Counter.builder("vagus.command.states")
                .description("Commands that came to a state")
                .tag("lane", word(lane))
                .tag("state", word(state))
                .register(registry));
      }
      states.put(lane, counters);
      delivered.put(lane, timer(registry, lane, "delivered"));
      executed.put(lane, timer(registry, lane, "executed"));
      good.put(lane, outcomes(registry, lane, "good"));
      bad.put(lane, outcomes(registry, lane, "bad"));
    }
    taken = answers(registry, "accepted");
    duplicate = answers(registry, "duplicate");
    refused = answers(registry, "refused");
    commit =
        Timer.builder("vagus.command.commit")
            .description("Time to make a round of changes durable")
            .register(registry);
    Gauge.builder("vagus.command.open", open)
        .description("Commands that are not over")
        .register(registry);
    Gauge.builder("vagus.command.queue", queue)
        .description("Requests and answers that were not looked at yet")
        .register(registry);
  }

  private static Map<Stage, Counter> outcomes(MeterRegistry registry, Lane lane, String outcome) {
    Map<Stage, Counter> counters = new EnumMap<>(Stage.class);
    for (Stage stage : Stage.values()) {
      counters.put(
          stage,
          Counter.builder("vagus.command.outcomes")
              .description(
                  "Commands that ended, by what was reached: an acknowledgement or a result that"
                      + " is missing after the deadline is bad")
              .tag("lane", word(lane))
              .tag("stage", word(stage))
              .tag("outcome", outcome)
              .register(registry));
    }
    return counters;
  }

  private static Timer timer(MeterRegistry registry, Lane lane, String until) {
    return Timer.builder("vagus.command.latency")
        .description("From the request of a command until its device says so")
        .tag("lane", word(lane))
        .tag("until", until)
        .publishPercentiles(0.5, 0.95, 0.99)
        .register(registry);
  }

  private static Counter answers(MeterRegistry registry, String outcome) {
    return Counter.builder("vagus.command.answers")
        .description("What devices said of commands: received = accepted + duplicate + refused")
        .tag("outcome", outcome)
        .register(registry);
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  void durable(Round round, long nanos) {
    commit.record(nanos, TimeUnit.NANOSECONDS);
    for (Command step : round.steps()) {
      of(of(states, step.lane()), step.state()).increment();
      long age = Math.max(0, round.nowMicros - step.createdMicros());
      if (step.deliveredMicros() == round.nowMicros) {
        of(delivered, step.lane()).record(age, TimeUnit.MICROSECONDS);
      }
      if (step.executedMicros() == round.nowMicros) {
        of(executed, step.lane()).record(age, TimeUnit.MICROSECONDS);
      }
      if (endsNow(step, round.nowMicros)) {
        count(step);
      }
    }
  }

  /** For the first time: what is heard of it later does not make what was missing come in time. */
  private static boolean endsNow(Command command, long nowMicros) {
    return CommandOutcomes.counts(command.state())
        && command.sinceMicros() == nowMicros
        && command.steps().stream().filter(step -> step.state().isOver()).count() == 1;
  }

  private void count(Command ended) {
    Lane lane = ended.lane();
    count(lane, Stage.DELIVERED, ended.deliveredMicros() > 0);
    count(lane, Stage.EXECUTED, ended.executedMicros() > 0);
    if (ended.effect().isPresent()) {
      count(lane, Stage.VERIFIED, ended.verifiedMicros() > 0);
    }
    count(lane, Stage.SUCCEEDED, ended.state() == CommandState.SUCCEEDED);
  }

  private void count(Lane lane, Stage stage, boolean reached) {
    of(of(reached ? good : bad, lane), stage).increment();
  }

  /** There is one of each constant. */
  private static <K extends Enum<K>, V> V of(Map<K, V> all, K which) {
    return Objects.requireNonNull(all.get(which), which.name());
  }

  void answered(boolean changed) {
    (changed ? taken : duplicate).increment();
  }

  void refused() {
    refused.increment();
  }
}
