package io.vagus.sink;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import io.vagus.command.CommandFeed;
import io.vagus.command.Commands;
import io.vagus.model.Command;
import io.vagus.model.CommandState;
import io.vagus.registry.Actor;
import io.vagus.rule.LoopTimes;
import io.vagus.rule.LoopTimes.Times;
import io.vagus.rule.LoopTimes.Until;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Measures the loop from a reading to what its rule's command brought about, by the times in the
 * commands' own records. It follows so many commands at once and measures so many rules; those
 * beyond are measured together. Owns its thread; thread-safe.
 */
final class LoopClock implements AutoCloseable {
  private static final int MOST_COMMANDS = 50_000;
  private static final int MOST_RULES = 1000;
  private static final String OTHERS = "(others)";
  private static final Duration IDLE = Duration.ofSeconds(10);
  private static final double[] PERCENTILES = {0.5, 0.95, 0.99};

  private final MeterRegistry meters;
  private final CommandFeed.Subscription changes;
  private final Thread thread;
  private final Map<String, Map<Until, Timer>> timers = new TreeMap<>();
  private final Map<String, Followed> followed =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Followed> eldest) {
          return size() > MOST_COMMANDS;
        }
      };

  /** A command on its way. */
  private record Followed(String rule, long receivedMicros, Set<Until> reached) {}

  private LoopClock(Commands commands, MeterRegistry meters) {
    this.meters = meters;
    this.changes =
        commands.feed().subscribe(c -> Actor.parse(c.issuer()).kind() == Actor.Kind.RULE);
    this.thread = Thread.ofVirtual().name("loops").unstarted(this::run);
  }

  static LoopClock start(Commands commands, MeterRegistry meters) {
    LoopClock clock = new LoopClock(commands, meters);
    clock.thread.start();
    return clock;
  }

  /** Before the command is sent. */
  synchronized void follow(String command, Delivery delivery) {
    followed.putIfAbsent(
        command,
        new Followed(delivery.rule(), delivery.receivedMicros(), EnumSet.noneOf(Until.class)));
  }

  synchronized void forget(String command) {
    followed.remove(command);
  }

  private void run() {
    try {
      while (!Thread.interrupted()) {
        changes.poll(IDLE).forEach(this::changed);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  private synchronized void changed(Command command) {
    Followed one = followed.get(command.id());
    if (one == null) {
      return;
    }
    command.steps().stream()
        .filter(step -> step.state() == CommandState.SENT)
        .findFirst()
        .ifPresent(step -> reached(one, Until.SENT, step.timeMicros()));
    reached(one, Until.ACKNOWLEDGED, command.deliveredMicros());
    reached(one, Until.EXECUTED, command.executedMicros());
    reached(one, Until.VERIFIED, command.verifiedMicros());
    if (command.isOver() && command.state() != CommandState.UNKNOWN) {
      followed.remove(command.id());
    }
  }

  private void reached(Followed one, Until until, long micros) {
    if (micros > 0 && one.reached.add(until)) {
      Objects.requireNonNull(timers(one.rule).get(until))
          .record(Math.max(0, micros - one.receivedMicros), TimeUnit.MICROSECONDS);
    }
  }

  private Map<Until, Timer> timers(String rule) {
    String label = timers.containsKey(rule) || timers.size() < MOST_RULES ? rule : OTHERS;
    return timers.computeIfAbsent(
        label,
        r -> {
          Map<Until, Timer> made = new EnumMap<>(Until.class);
          for (Until until : Until.values()) {
            made.put(
                until,
                Timer.builder("vagus.rule.loop")
                    .description("From the receipt of a reading to what its rule's command reached")
                    .tag("rule", r)
                    .tag("until", until.name().toLowerCase(Locale.ROOT))
                    .publishPercentiles(PERCENTILES)
                    .register(meters));
          }
          return made;
        });
  }

  synchronized List<LoopTimes> times() {
    List<LoopTimes> loops = new ArrayList<>();
    timers.forEach((rule, byUntil) -> {
      Map<Until, Times> times = new EnumMap<>(Until.class);
      byUntil.forEach((until, timer) -> times.put(until, times(timer.takeSnapshot())));
      loops.add(new LoopTimes(rule, times));
    });
    return loops;
  }

  private static Times times(HistogramSnapshot snapshot) {
    ValueAtPercentile[] values = snapshot.percentileValues();
    return new Times(
        snapshot.count(),
        values[0].value(TimeUnit.MILLISECONDS),
        values[1].value(TimeUnit.MILLISECONDS),
        values[2].value(TimeUnit.MILLISECONDS));
  }

  @Override
  public void close() {
    changes.close();
    thread.interrupt();
  }
}
