package io.vagus.api;

import io.vagus.kit.Durations;
import io.vagus.model.CommandSafety;
import io.vagus.model.CommandSafety.DeadMan;
import io.vagus.model.CommandSafety.Fallback;
import io.vagus.model.CommandSafety.RateLimit;
import io.vagus.model.CommandSafety.Send;
import io.vagus.model.CommandSafety.Want;
import io.vagus.model.Interlock;
import io.vagus.wire.DocumentCodec;
import io.vagus.wire.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;

/** What keeps a product's commands and twin from doing harm, as JSON. */
final class SafetyShape {
  private static final int MAX_FIELDS = 64;
  private static final Map<String, Boolean> APPROVALS = Map.of("none", false, "two-person", true);

  private SafetyShape() {}

  static CommandSafety command(JsonObject json) {
    List<Interlock> interlocks = interlocks(json, "interlocks");
    Optional<RateLimit> rate = json.object("rateLimit").map(SafetyShape::rateLimit);
    Optional<DeadMan> deadMan = json.object("deadMan").map(SafetyShape::deadMan);
    boolean twoPersons = json.choice("approval", APPROVALS).orElse(false);
    return ProductShape.checked(
        "commands.", () -> new CommandSafety(interlocks, rate, deadMan, twoPersons));
  }

  private static List<Interlock> interlocks(JsonObject json, String name) {
    return json.list(name, SafetyShape::interlock).orElse(List.of());
  }

  private static Interlock interlock(JsonObject json) {
    String id = json.require("id", json.string("id"));
    String expression = json.require("expression", json.string("expression"));
    String message = json.require("message", json.string("message"));
    Optional<java.time.Duration> maxAge =
        json.string("maxAge").map(age -> json.make("maxAge", () -> Durations.parse(age)));
    json.end();
    return json.make("id", () -> new Interlock(id, expression, message, maxAge));
  }

  private static RateLimit rateLimit(JsonObject json) {
    long count = json.require("count", json.integer("count", 1, 1000));
    String per = json.require("per", json.string("per"));
    json.end();
    return json.make("per", () -> new RateLimit((int) count, Durations.parse(per)));
  }

  private static DeadMan deadMan(JsonObject json) {
    String within = json.require("within", json.string("within"));
    Fallback fallback =
        json.require("fallback", json.object("fallback").map(SafetyShape::fallback));
    json.end();
    return json.make("within", () -> new DeadMan(Durations.parse(within), fallback));
  }

  private static Fallback fallback(JsonObject json) {
    Optional<String> command = json.string("command");
    Optional<String> arguments = json.text("arguments");
    Optional<String> desired = json.text("desired");
    json.end();
    if (command.isPresent() == desired.isPresent()) {
      throw Problem.invalid("deadMan.fallback", "expected either a command or desired");
    }
    desired.ifPresent(d -> DocumentCodec.readPatch(d.getBytes(StandardCharsets.UTF_8)));
    return command.isPresent()
        ? new Send(command.get(), arguments.orElse("{}"))
        : new Want(desired.orElseThrow());
  }

  static Map<String, List<Interlock>> twin(JsonObject twin) {
    Map<String, List<Interlock>> interlocks = new HashMap<>();
    twin.object("interlocks")
        .ifPresent(fields -> {
          WayBackShape.requireAtMost("twin.interlocks", fields.names().size(), MAX_FIELDS);
          for (String pointer : fields.names()) {
            interlocks.put(
                WayBackShape.requirePointer("twin.interlocks", pointer),
                interlocks(fields, pointer));
          }
        });
    return interlocks;
  }

  static void write(JsonGenerator out, CommandSafety safety) {
    Shape.items(out, "interlocks", safety.interlocks(), SafetyShape::write);
    safety
        .rateLimit()
        .ifPresent(limit -> {
          out.writeObjectPropertyStart("rateLimit");
          out.writeNumberProperty("count", limit.count());
          out.writeStringProperty("per", Durations.format(limit.per()));
          out.writeEndObject();
        });
    safety.deadMan().ifPresent(deadMan -> write(out, deadMan));
    out.writeStringProperty("approval", safety.twoPersons() ? "two-person" : "none");
  }

  private static void write(JsonGenerator out, DeadMan deadMan) {
    out.writeObjectPropertyStart("deadMan");
    out.writeStringProperty("within", Durations.format(deadMan.within()));
    out.writeObjectPropertyStart("fallback");
    switch (deadMan.fallback()) {
      case Send send -> {
        out.writeStringProperty("command", send.command());
        out.writeName("arguments");
        out.writeRawValue(send.arguments());
      }
      case Want want -> {
        out.writeName("desired");
        out.writeRawValue(want.patch());
      }
    }
    out.writeEndObject();
    out.writeEndObject();
  }

  static void write(JsonGenerator out, Map<String, List<Interlock>> twin) {
    out.writeObjectPropertyStart("interlocks");
    new TreeMap<>(twin)
        .forEach(
            (pointer, interlocks) -> Shape.items(out, pointer, interlocks, SafetyShape::write));
    out.writeEndObject();
  }

  private static void write(JsonGenerator out, Interlock interlock) {
    out.writeStringProperty("id", interlock.id());
    out.writeStringProperty("expression", interlock.expression());
    out.writeStringProperty("message", interlock.message());
    interlock.maxAge().ifPresent(age -> out.writeStringProperty("maxAge", Durations.format(age)));
  }
}
