package io.vagus.device;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A product's interlocks as the platform sends them (device contract, Interlocks). Pure.
 *
 * @param metrics their types, by name
 * @param desired conditions of desired fields, by pointer
 */
record InterlockSet(
    String product,
    long version,
    Map<String, String> metrics,
    Map<String, OfCommand> commands,
    Map<String, List<Text>> desired) {
  static final InterlockSet NONE = new InterlockSet("", 0, Map.of(), Map.of(), Map.of());

  /** One condition, not compiled. */
  record Text(String id, String expression, String message, Optional<Duration> maxAge) {}

  /**
   * What holds for a command.
   *
   * @param args their types, by name
   */
  record OfCommand(Map<String, String> args, List<Text> interlocks, Optional<DeadMan> deadMan) {}

  /**
   * What is done when a command is not repeated in time.
   *
   * @param command empty: desired is followed
   */
  record DeadMan(
      Duration within,
      Optional<String> command,
      Map<String, @Nullable Object> args,
      Map<String, @Nullable Object> desired) {}

  /** Empty: it is none of the contract's. */
  static Optional<InterlockSet> read(byte[] payload) {
    Map<String, @Nullable Object> json = JsonReader.object(payload).orElse(Map.of());
    if (!(json.get("product") instanceof String product)
        || !(json.get("version") instanceof Long version)) {
      return Optional.empty();
    }
    Map<String, OfCommand> commands = new LinkedHashMap<>();
    object(json.get("commands")).forEach((name, of) -> commands.put(name, command(object(of))));
    Map<String, List<Text>> desired = new LinkedHashMap<>();
    object(json.get("desired")).forEach((pointer, of) -> desired.put(pointer, texts(of)));
    return Optional.of(
        new InterlockSet(product, version, types(json.get("metrics")), commands, desired));
  }

  private static OfCommand command(Map<String, @Nullable Object> json) {
    Map<String, @Nullable Object> deadMan = object(json.get("deadMan"));
    return new OfCommand(
        types(json.get("args")),
        texts(json.get("interlocks")),
        deadMan.get("withinMs") instanceof Long within
            ? Optional.of(
                new DeadMan(
                    Duration.ofMillis(within),
                    text(deadMan.get("command")),
                    object(deadMan.get("args")),
                    object(deadMan.get("desired"))))
            : Optional.empty());
  }

  private static List<Text> texts(@Nullable Object json) {
    List<Text> texts = new ArrayList<>();
    for (Object one : json instanceof List<?> list ? list : List.of()) {
      Map<String, @Nullable Object> of = object(one);
      texts.add(
          new Text(
              text(of.get("id")).orElse(""),
              text(of.get("expression")).orElse(""),
              text(of.get("message")).orElse(""),
              of.get("maxAgeMs") instanceof Long age
                  ? Optional.of(Duration.ofMillis(age))
                  : Optional.empty()));
    }
    return texts;
  }

  private static Map<String, String> types(@Nullable Object json) {
    Map<String, String> types = new HashMap<>();
    object(json).forEach((name, type) -> types.put(name, String.valueOf(type)));
    return types;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, @Nullable Object> object(@Nullable Object json) {
    return json instanceof Map<?, ?> map ? (Map<String, @Nullable Object>) map : Map.of();
  }

  private static Optional<String> text(@Nullable Object json) {
    return json instanceof String text ? Optional.of(text) : Optional.empty();
  }
}
