package io.vagus.registry;

import io.vagus.model.Command;
import io.vagus.model.CommandModel;
import io.vagus.model.Document;
import io.vagus.model.MetricModel;
import io.vagus.model.ProductModel;
import io.vagus.model.TwinModel;
import io.vagus.wire.DocumentCodec;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Commands and twin of a product as the registry holds them. Models older than these have neither
 * field. Field names are stored: they never change meaning.
 */
final class WayBackJson {
  private WayBackJson() {}

  static void write(ProductModel model, ObjectNode to) {
    if (!model.commands().isEmpty()) {
      ObjectNode commands = to.putObject("commands");
      new TreeMap<>(model.commands())
          .forEach((name, command) -> write(command, commands.putObject(name)));
    }
    if (!model.twin().equals(TwinModel.NONE)) {
      ObjectNode twin = to.putObject("twin");
      ObjectNode conflicts = twin.putObject("conflicts");
      new TreeMap<>(model.twin().conflicts())
          .forEach((pointer, rule) -> conflicts.put(pointer, rule.name()));
      if (!model.twin().defaults().isEmpty()) {
        twin.set("defaults", Json.read(DocumentCodec.text(model.twin().defaults())));
      }
      SafetyJson.write(model.twin().interlocks(), twin);
    }
  }

  private static void write(CommandModel command, ObjectNode to) {
    ObjectNode arguments = to.putObject("arguments");
    new TreeMap<>(command.arguments())
        .forEach((name, argument) -> Json.write(argument, arguments.putObject(name)));
    ArrayNode required = to.putArray("required");
    new TreeSet<>(command.required()).forEach(required::add);
    to.put("lane", command.lane().name()).put("deadline", command.deadline().toString());
    command
        .effect()
        .ifPresent(effect -> {
          ObjectNode node = to.putObject("effect").put("pointer", effect.pointer());
          effect.argument().ifPresent(argument -> node.put("argument", argument));
          effect.json().ifPresent(json -> node.put("json", json));
        });
    SafetyJson.write(command.safety(), to);
  }

  static Map<String, CommandModel> commands(JsonNode model) {
    Map<String, CommandModel> commands = new HashMap<>();
    model
        .path("commands")
        .properties()
        .forEach(c -> commands.put(c.getKey(), command(c.getKey(), c.getValue())));
    return commands;
  }

  private static CommandModel command(String name, JsonNode node) {
    Map<String, MetricModel> arguments = new HashMap<>();
    node.path("arguments").properties().forEach(a -> arguments.put(a.getKey(), Json.toMetric(a)));
    Set<String> required = new HashSet<>();
    node.path("required").forEach(argument -> required.add(argument.asString()));
    JsonNode effect = node.path("effect");
    return new CommandModel(
        name,
        arguments,
        required,
        Command.Lane.valueOf(node.path("lane").asString()),
        effect.isObject()
            ? Optional.of(
                new CommandModel.Effect(
                    effect.path("pointer").asString(),
                    Json.text(effect, "argument"),
                    Json.text(effect, "json")))
            : Optional.empty(),
        Duration.parse(node.path("deadline").asString()),
        SafetyJson.command(node));
  }

  static TwinModel twin(JsonNode model) {
    JsonNode twin = model.path("twin");
    if (!twin.isObject()) {
      return TwinModel.NONE;
    }
    Map<String, TwinModel.Conflict> conflicts = new HashMap<>();
    twin.path("conflicts")
        .properties()
        .forEach(
            c -> conflicts.put(c.getKey(), TwinModel.Conflict.valueOf(c.getValue().asString())));
    JsonNode defaults = twin.path("defaults");
    return new TwinModel(
        conflicts,
        defaults.isObject() ? DocumentCodec.read(defaults.toString()) : Document.EMPTY,
        SafetyJson.twin(twin));
  }
}
