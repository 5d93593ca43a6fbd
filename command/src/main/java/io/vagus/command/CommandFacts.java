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

  static Fact refused(Command command) {
    Map<String, String> body = new LinkedHashMap<>();
    body.put("id", command.id());
    body.put("name", command.name());
    body.put("arguments", command.arguments());
    command
        .result()
        .ifPresent(result -> {
          body.put("by", result.code());
          body.put("detail", result.detail());
          body.put("seen", result.output());
        });
    return Fact.noted(Subject.device(command.device()), "command.refused", body);
  }

  static Fact approved(Command command) {
    return Fact.noted(
        Subject.device(command.device()),
        "command.approved",
        Map.of("id", command.id(), "name", command.name(), "arguments", command.arguments()));
  }

  /** It was not repeated in time. */
  static Fact fellBack(DeadMen.Armed one, String fallback) {
    return Fact.noted(
        Subject.device(one.device()),
        "command.fell-back",
        Map.of("id", one.command(), "name", one.name(), "fallback", fallback));
  }

  static Fact cancelled(Command command) {
    return Fact.noted(
        Subject.device(command.device()), "command.cancelled", Map.of("id", command.id()));
  }
}
