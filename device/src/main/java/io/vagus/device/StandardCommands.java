package io.vagus.device;

import io.vagus.device.Command.Result;
import io.vagus.device.DeviceLog.Query;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;

/** Carries out what every device of the SDK can do; the rest is the program's. Thread-safe. */
final class StandardCommands implements Command.Handler {
  private static final int USUAL_LINES = 100;

  private final DeviceLog log;
  private final Optional<Command.Handler> program;

  /**
   * @param program empty: it takes no commands of its own
   */
  StandardCommands(DeviceLog log, Optional<Command.Handler> program) {
    this.log = log;
    this.program = program;
  }

  @Override
  public Result handle(Command command) {
    return switch (command.name()) {
      case "log.pull" -> log.isKept() ? pull(command) : noLog();
      case "log.level" -> log.isKept() ? level(command) : noLog();
      default ->
          program
              .map(handler -> handler.handle(command))
              .orElseGet(() -> Result.failed("unknown-command", command.name()));
    };
  }

  private static Result noLog() {
    return Result.failed("no-log", "this device keeps no log (expected: a store on disk)");
  }

  private Result pull(Command command) {
    try {
      Query query =
          new Query(
              (int) number(command, "lines", USUAL_LINES),
              command.args().containsKey("level") ? asked(command) : LogLevel.DEBUG,
              time(command, "from", Instant.MIN),
              time(command, "to", Instant.MAX),
              number(command, "before", Long.MAX_VALUE));
      return new Result(Command.Status.SUCCEEDED, "", "", log.answer(query));
    } catch (DateTimeParseException | IllegalArgumentException e) {
      return Result.failed("bad-argument", String.valueOf(e.getMessage()));
    }
  }

  private Result level(Command command) {
    try {
      LogLevel other = asked(command);
      long seconds = number(command, "seconds", 0);
      log.level(other, Duration.ofSeconds(seconds));
      return new Result(
          Command.Status.SUCCEEDED, "", "", Map.of("level", other.word(), "seconds", seconds));
    } catch (IllegalArgumentException e) {
      return Result.failed("bad-argument", String.valueOf(e.getMessage()));
    }
  }

  private static LogLevel asked(Command command) {
    Object word = command.args().get("level");
    return Optional.ofNullable(word)
        .flatMap(LogLevel::of)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "level: " + word + " (expected: debug, info, warn or error)"));
  }

  private static long number(Command command, String name, long otherwise) {
    return command.args().get(name) instanceof Long value ? value : otherwise;
  }

  private static Instant time(Command command, String name, Instant otherwise) {
    return command.args().get(name) instanceof String text ? Instant.parse(text) : otherwise;
  }
}
