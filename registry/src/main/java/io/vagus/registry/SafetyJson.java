package io.vagus.registry;

import io.vagus.model.CommandSafety;
import io.vagus.model.CommandSafety.DeadMan;
import io.vagus.model.CommandSafety.Fallback;
import io.vagus.model.CommandSafety.RateLimit;
import io.vagus.model.CommandSafety.Send;
import io.vagus.model.CommandSafety.Want;
import io.vagus.model.Interlock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What keeps a product's commands and twin from doing harm, as the registry holds it. Models older
 * than these have none of the fields. Field names are stored: they never change meaning.
 */
final class SafetyJson {
  private SafetyJson() {}

  static void write(CommandSafety safety, ObjectNode to) {
    if (!safety.interlocks().isEmpty()) {
      write(safety.interlocks(), to.putArray("interlocks"));
    }
    safety
        .rateLimit()
        .ifPresent(limit ->
            to.putObject("rateLimit")
                .put("count", limit.count())
                .put("per", limit.per().toString()));
    safety.deadMan().ifPresent(deadMan -> write(deadMan, to.putObject("deadMan")));
    if (safety.twoPersons()) {
      to.put("twoPersons", true);
    }
  }

  private static void write(DeadMan deadMan, ObjectNode to) {
    to.put("within", deadMan.within().toString());
    switch (deadMan.fallback()) {
      case Send send -> to.put("command", send.command()).put("arguments", send.arguments());
      case Want want -> to.put("desired", want.patch());
    }
  }

  static void write(Map<String, List<Interlock>> interlocks, ObjectNode twin) {
    if (!interlocks.isEmpty()) {
      ObjectNode fields = twin.putObject("interlocks");
      new TreeMap<>(interlocks).forEach((pointer, of) -> write(of, fields.putArray(pointer)));
    }
  }

  private static void write(List<Interlock> interlocks, ArrayNode to) {
    for (Interlock interlock : interlocks) {
      ObjectNode node =
          to.addObject()
              .put("id", interlock.id())
              .put("expression", interlock.expression())
              .put("message", interlock.message());
      interlock.maxAge().ifPresent(age -> node.put("maxAge", age.toString()));
    }
  }

  static CommandSafety command(JsonNode node) {
    JsonNode limit = node.path("rateLimit");
    JsonNode deadMan = node.path("deadMan");
    return new CommandSafety(
        interlocks(node.path("interlocks")),
        limit.isObject()
            ? Optional.of(
                new RateLimit(
                    limit.path("count").asInt(), Duration.parse(limit.path("per").asString())))
            : Optional.empty(),
        deadMan.isObject()
            ? Optional.of(
                new DeadMan(Duration.parse(deadMan.path("within").asString()), fallback(deadMan)))
            : Optional.empty(),
        node.path("twoPersons").asBoolean(false));
  }

  private static Fallback fallback(JsonNode node) {
    return node.has("desired")
        ? new Want(node.path("desired").asString())
        : new Send(node.path("command").asString(), node.path("arguments").asString());
  }

  static Map<String, List<Interlock>> twin(JsonNode node) {
    Map<String, List<Interlock>> interlocks = new HashMap<>();
    node.path("interlocks")
        .properties()
        .forEach(field -> interlocks.put(field.getKey(), interlocks(field.getValue())));
    return interlocks;
  }

  private static List<Interlock> interlocks(JsonNode array) {
    List<Interlock> interlocks = new ArrayList<>();
    for (JsonNode node : array) {
      interlocks.add(
          new Interlock(
              node.path("id").asString(),
              node.path("expression").asString(),
              node.path("message").asString(),
              Json.text(node, "maxAge").map(Duration::parse)));
    }
    return interlocks;
  }
}
