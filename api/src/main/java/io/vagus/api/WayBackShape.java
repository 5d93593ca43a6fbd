package io.vagus.api;

import io.vagus.kit.Durations;
import io.vagus.model.Command;
import io.vagus.model.CommandModel;
import io.vagus.model.CommandSafety;
import io.vagus.model.Document;
import io.vagus.model.Interlock;
import io.vagus.model.MetricModel;
import io.vagus.model.ProductModel;
import io.vagus.model.TwinModel;
import io.vagus.wire.DocumentCodec;
import io.vagus.wire.JsonObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.core.JsonGenerator;

/** A product's commands and twin as JSON. */
final class WayBackShape {
  private static final int MAX_COMMANDS = 100;
  private static final int MAX_CONFLICTS = 256;
  private static final Duration DEADLINE = Duration.ofMinutes(1);

  private WayBackShape() {}

  static Map<String, CommandModel> commands(JsonObject product) {
    Map<String, CommandModel> commands = new LinkedHashMap<>();
    product
        .object("commands")
        .ifPresent(json -> {
          requireAtMost("commands", json.names().size(), MAX_COMMANDS);
          for (String name : json.names()) {
            commands.put(name, command(name, json.require(name, json.object(name))));
          }
        });
    return commands;
  }

  static void requireAtMost(String field, int count, int most) {
    if (count > most) {
      throw Problem.invalid(field, count + " (expected: <= " + most + ")");
    }
  }

  private static CommandModel command(String name, JsonObject json) {
    Map<String, MetricModel> arguments = new HashMap<>();
    json.object("arguments")
        .ifPresent(all ->
            all.names()
                .forEach(argument ->
                    arguments.put(
                        argument,
                        ProductShape.metric(
                            argument, all.require(argument, all.object(argument))))));
    HashSet<String> required = new HashSet<>(json.strings("required").orElse(java.util.List.of()));
    Command.Lane lane =
        json.choice("lane", Shape.words(Command.Lane.class)).orElse(Command.Lane.NORMAL);
    Optional<CommandModel.Effect> effect = json.object("effect").map(WayBackShape::effect);
    Duration deadline =
        json.string("deadline")
            .map(d -> json.make("deadline", () -> Durations.parse(d)))
            .orElse(DEADLINE);
    CommandSafety safety = SafetyShape.command(json);
    json.end();
    return ProductShape.checked(
        "commands.",
        () -> new CommandModel(name, arguments, required, lane, effect, deadline, safety));
  }

  private static CommandModel.Effect effect(JsonObject json) {
    String field = json.require("field", json.string("field"));
    Optional<String> argument = json.string("argument");
    Optional<String> value =
        json.anyText("value")
            .map(text -> DocumentCodec.read("{\"v\":" + text + "}").fields().get("/v"));
    json.end();
    return ProductShape.checked("commands.", () -> new CommandModel.Effect(field, argument, value));
  }

  static TwinModel twin(JsonObject product) {
    return product
        .object("twin")
        .map(json -> {
          Map<String, TwinModel.Conflict> conflicts = new HashMap<>();
          json.object("conflicts")
              .ifPresent(rules -> {
                requireAtMost("twin.conflicts", rules.names().size(), MAX_CONFLICTS);
                rules
                    .names()
                    .forEach(pointer ->
                        conflicts.put(
                            requirePointer("twin.conflicts", pointer), rule(rules, pointer)));
              });
          Document defaults = json.text("defaults").map(DocumentCodec::read).orElse(Document.EMPTY);
          Map<String, List<Interlock>> interlocks = SafetyShape.twin(json);
          json.end();
          return ProductShape.checked(
              "twin.", () -> new TwinModel(conflicts, defaults, interlocks));
        })
        .orElse(TwinModel.NONE);
  }

  private static TwinModel.Conflict rule(JsonObject rules, String pointer) {
    return rules.require(pointer, rules.choice(pointer, Shape.words(TwinModel.Conflict.class)));
  }

  static String requirePointer(String field, String pointer) {
    if (!pointer.startsWith("/") || pointer.length() > 1024) {
      throw Problem.invalid(
          field, Problem.shown(pointer) + " (expected: a JSON Pointer such as /valve/position)");
    }
    return pointer;
  }

  static void write(JsonGenerator out, ProductModel product) {
    out.writeObjectPropertyStart("commands");
    new TreeMap<>(product.commands()).values().forEach(command -> write(out, command));
    out.writeEndObject();
    out.writeObjectPropertyStart("twin");
    out.writeObjectPropertyStart("conflicts");
    new TreeMap<>(product.twin().conflicts())
        .forEach((pointer, rule) -> out.writeStringProperty(pointer, Shape.word(rule)));
    out.writeEndObject();
    out.writeName("defaults");
    out.writeRawValue(DocumentCodec.text(product.twin().defaults()));
    SafetyShape.write(out, product.twin().interlocks());
    out.writeEndObject();
  }

  static void write(JsonGenerator out, CommandModel command) {
    out.writeObjectPropertyStart(command.name());
    out.writeObjectPropertyStart("arguments");
    new TreeMap<>(command.arguments()).values().forEach(a -> ProductShape.writeMetric(out, a));
    out.writeEndObject();
    Shape.strings(out, "required", new TreeSet<>(command.required()));
    out.writeStringProperty("lane", Shape.word(command.lane()));
    out.writeStringProperty("deadline", Durations.format(command.deadline()));
    SafetyShape.write(out, command.safety());
    command
        .effect()
        .ifPresent(effect -> {
          out.writeObjectPropertyStart("effect");
          out.writeStringProperty("field", effect.pointer());
          effect.argument().ifPresent(a -> out.writeStringProperty("argument", a));
          effect
              .json()
              .ifPresent(json -> {
                out.writeName("value");
                out.writeRawValue(json);
              });
          out.writeEndObject();
        });
    out.writeEndObject();
  }
}
