package io.vagus.model;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A command that devices of a product understand.
 *
 * @param arguments by name
 * @param required arguments that must be given
 * @param effect what reported state shows when it was done; empty: the device's word is enough
 * @param deadline how long it may wait to begin when nobody says otherwise
 * @param safety what keeps it from doing harm
 */
public record CommandModel(
    String name,
    Map<String, MetricModel> arguments,
    java.util.Set<String> required,
    Command.Lane lane,
    Optional<Effect> effect,
    Duration deadline,
    CommandSafety safety) {
  public static final Duration MAX_DEADLINE = Duration.ofDays(30);
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final int MAX_ARGUMENTS = 64;

  /**
   * A reported field, and the value it is to take.
   *
   * @param pointer of the field (RFC 6901)
   * @param argument whose value it takes; empty: {@code json} says it
   * @param json the value; empty with an argument
   */
  public record Effect(String pointer, Optional<String> argument, Optional<String> json) {
    public Effect {
      if (!pointer.startsWith("/")) {
        throw new IllegalArgumentException(
            "effect.field: \"" + pointer + "\" (expected: a JSON Pointer such as /valve/position)");
      }
      if (argument.isPresent() == json.isPresent()) {
        throw new IllegalArgumentException("effect: expected either an argument or a value");
      }
    }
  }

  public CommandModel {
    if (!isValidName(name)) {
      throw new IllegalArgumentException(
          "command: \"" + name + "\" (expected: 1 to 64 of letters, digits and . _ -)");
    }
    if (arguments.size() > MAX_ARGUMENTS) {
      throw new IllegalArgumentException(
          name + ".arguments: " + arguments.size() + " (expected: <= " + MAX_ARGUMENTS + ")");
    }
    if (deadline.toMillis() < 1 || deadline.compareTo(MAX_DEADLINE) > 0) {
      throw new IllegalArgumentException(
          name + ".deadline: " + deadline + " (expected: 1ms to 30d)");
    }
    for (String argument : required) {
      requireArgument(name, "required", argument, arguments);
    }
    if (effect.isPresent() && effect.get().argument().isPresent()) {
      requireArgument(name, "effect.argument", effect.get().argument().get(), arguments);
    }
    arguments = Map.copyOf(arguments);
    required = java.util.Set.copyOf(required);
  }

  /** Of one that cannot do harm. */
  public CommandModel(
      String name,
      Map<String, MetricModel> arguments,
      java.util.Set<String> required,
      Command.Lane lane,
      Optional<Effect> effect,
      Duration deadline) {
    this(name, arguments, required, lane, effect, deadline, CommandSafety.NONE);
  }

  private static void requireArgument(
      String name, String field, String argument, Map<String, MetricModel> arguments) {
    if (!arguments.containsKey(argument)) {
      throw new IllegalArgumentException(
          name + "." + field + ": \"" + argument + "\" (expected: one of its arguments)");
    }
  }

  public static boolean isValidName(String name) {
    return NAME.matcher(name).matches();
  }
}
