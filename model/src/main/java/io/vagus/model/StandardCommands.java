package io.vagus.model;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What every device of the SDK can be asked, whatever its product's model lists (decision 0058). A
 * model that lists one of these names has the last word on it.
 */
final class StandardCommands {
  /** A device that sleeps hears it when it wakes. */
  private static final Duration DEADLINE = Duration.ofDays(1);

  private static final int MAX_LINES = 1000;
  private static final Duration MAX_LEVEL = Duration.ofDays(1);

  private static final Map<String, CommandModel> BY_NAME =
      Stream.of(
              command(
                  "log.pull",
                  Set.of(),
                  number("lines", OptionalDouble.of(MAX_LINES)),
                  number("before", OptionalDouble.empty()),
                  text("level"),
                  text("from"),
                  text("to")),
              command(
                  "log.level",
                  Set.of("level", "seconds"),
                  text("level"),
                  number("seconds", OptionalDouble.of(MAX_LEVEL.toSeconds()))))
          .collect(Collectors.toUnmodifiableMap(CommandModel::name, Function.identity()));

  private StandardCommands() {}

  private static CommandModel command(String name, Set<String> required, MetricModel... arguments) {
    return new CommandModel(
        name,
        Stream.of(arguments).collect(Collectors.toMap(MetricModel::name, Function.identity())),
        required,
        Command.Lane.NORMAL,
        Optional.empty(),
        DEADLINE);
  }

  private static MetricModel number(String name, OptionalDouble max) {
    return new MetricModel(
        name, MetricType.INTEGER, "", OptionalDouble.of(1), max, Violation.REFUSE);
  }

  private static MetricModel text(String name) {
    return new MetricModel(
        name,
        MetricType.TEXT,
        "",
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        Violation.REFUSE);
  }

  /** Null: it is none of them. */
  static @Nullable CommandModel named(String name) {
    return BY_NAME.get(name);
  }
}
