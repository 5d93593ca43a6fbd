package io.vagus.server;

import io.vagus.api.Health;
import io.vagus.api.Health.Component;
import io.vagus.api.Health.State;
import io.vagus.journal.Journal;
import io.vagus.journal.JournalHealth;
import io.vagus.process.Processor;
import io.vagus.registry.sql.Database;
import io.vagus.series.Series;
import io.vagus.sink.RunningSinks;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The state of each engine, in the words of the API. */
final class ServerHealth implements Supplier<Health> {
  private final Database registry;
  private final Journal messages;
  private final Journal sessions;
  private final Processor processor;
  private final Series series;
  private final WayDown down;
  private final RunningSinks sinks;

  ServerHealth(
      Database registry,
      Journal messages,
      Journal sessions,
      Processor processor,
      Series series,
      WayDown down,
      RunningSinks sinks) {
    this.registry = registry;
    this.messages = messages;
    this.sessions = sessions;
    this.processor = processor;
    this.series = series;
    this.down = down;
    this.sinks = sinks;
  }

  @Override
  public Health get() {
    return new Health(
        Map.of(
            "registry", of(registry.trouble().orElse(""), State.DOWN, List.of()),
            "journal", of(messages.health()),
            "sessions", of(sessions.health()),
            "process", of(processor.health().stalled(), State.DEGRADED, List.of()),
            "commands", of(down.commands().failure(), State.DOWN, List.of()),
            "bulkCommands", of(down.bulks().failure(), State.DEGRADED, List.of()),
            "twinTemplates", of(down.templates().failure(), State.DEGRADED, List.of()),
            "twins", of(down.twins().failure(), State.DEGRADED, List.of()),
            "sinks", of(sinks.concern(), State.DEGRADED, List.of()),
            "series", of("", State.DEGRADED, series.health().quarantined())));
  }

  private static Component of(JournalHealth health) {
    return health.stalled().isEmpty() && !health.behind().isEmpty()
        ? new Component(State.DEGRADED, health.behind())
        : of(health.stalled(), State.DOWN, health.corrupt());
  }

  private static Component of(String stalled, State whenStalled, List<String> damages) {
    if (!stalled.isEmpty()) {
      return new Component(whenStalled, stalled);
    }
    return damages.isEmpty() ? Component.UP : new Component(State.DEGRADED, damages.toString());
  }
}
