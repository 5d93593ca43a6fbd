package io.vagus.api;

import io.vagus.command.CommandRequest;
import io.vagus.model.Command;
import io.vagus.model.DeviceId;
import io.vagus.wire.JsonObject;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** A command as JSON. */
final class CommandShape {
  private CommandShape() {}

  static CommandRequest read(Call call, DeviceId device) throws IOException {
    JsonObject json = call.json();
    CommandRequest request =
        new CommandRequest(
            device,
            json.require("name", json.string("name")),
            json.text("arguments").orElse("{}"),
            json.choice("lane", Shape.words(Command.Lane.class)),
            json.string("deadline").map(CommandShape::time),
            call.request().header("Idempotency-Key"),
            call.ifVersion(),
            Optional.empty(),
            Access.actor(call.caller()).text());
    json.end();
    return request;
  }

  static Instant time(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw Problem.invalid(
          "deadline", Problem.shown(text) + " (expected: a time such as 2026-11-25T10:00:00Z)");
    }
  }

  static void write(JsonGenerator out, Command command) {
    out.writeStringProperty("id", command.id());
    out.writeStringProperty("device", command.device().value());
    out.writeStringProperty("name", command.name());
    out.writeName("arguments");
    out.writeRawValue(command.arguments());
    out.writeStringProperty("lane", Shape.word(command.lane()));
    out.writeStringProperty("state", Shape.word(command.state()));
    out.writeStringProperty("issuer", command.issuer());
    out.writeStringProperty("createdAt", Shape.time(command.createdMicros()));
    out.writeStringProperty("deadline", Shape.time(command.deadlineMicros()));
    time(out, "deliveredAt", command.deliveredMicros());
    time(out, "executedAt", command.executedMicros());
    time(out, "verifiedAt", command.verifiedMicros());
    command.bulk().ifPresent(bulk -> out.writeStringProperty("bulk", bulk));
    command.effect().ifPresent(effect -> write(out, effect));
    command.result().ifPresent(result -> write(out, result));
    Shape.items(out, "steps", command.steps(), CommandShape::write);
  }

  private static void time(JsonGenerator out, String name, long micros) {
    if (micros > 0) {
      out.writeStringProperty(name, Shape.time(micros));
    }
  }

  private static void write(JsonGenerator out, Command.Effect effect) {
    out.writeObjectPropertyStart("effect");
    out.writeStringProperty("field", effect.pointer());
    out.writeName("value");
    out.writeRawValue(effect.json());
    out.writeEndObject();
  }

  private static void write(JsonGenerator out, Command.Result result) {
    out.writeObjectPropertyStart("result");
    out.writeStringProperty("status", Shape.word(result.status()));
    out.writeStringProperty("code", result.code());
    out.writeStringProperty("detail", result.detail());
    if (!result.output().isEmpty()) {
      out.writeName("output");
      out.writeRawValue(result.output());
    }
    out.writeEndObject();
  }

  private static void write(JsonGenerator out, Command.Step step) {
    out.writeStringProperty("state", Shape.word(step.state()));
    out.writeStringProperty("at", Shape.time(step.timeMicros()));
    out.writeStringProperty("actor", step.actor());
    if (!step.why().isEmpty()) {
      out.writeStringProperty("why", step.why());
    }
  }
}
