package io.vagus.command;

import io.vagus.model.Command;
import io.vagus.registry.Fact;
import io.vagus.registry.Subject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What the event log tells of commands. Field names are stored: they never change meaning. */
final class CommandFacts {
  private CommandFacts() {}

  static Fact created(Command command) {
    Map<String, String> body = new LinkedHashMap<>();
    body.put("id", command.id());
    body.put("name", command.name());
    body.put("arguments", command.arguments());
    body.put("lane", command.lane().name().toLowerCase(Locale.ROOT));
    body.put(
        "deadline", Instant.EPOCH.plus(command.deadlineMicros(), ChronoUnit.MICROS).toString());
    command.bulk().ifPresent(bulk -> body.put("bulk", bulk));
    return Fact.noted(Subject.device(command.device()), "command.created", body);
  }

  static Fact cancelled(Command command) {
    return Fact.noted(
        Subject.device(command.device()), "command.cancelled", Map.of("id", command.id()));
  }
}
