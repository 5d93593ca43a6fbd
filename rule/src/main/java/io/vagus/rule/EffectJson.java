package io.vagus.rule;

import io.vagus.kit.Durations;
import io.vagus.model.Command;
import io.vagus.wire.JsonObject;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** What rules do as JSON: {@code "do"} says what. */
final class EffectJson {
  static final int MAX_TEXT = 1000;
  static final int MAX_BODY = 8 << 10;

  private static final Map<String, Function<JsonObject, Effect>> KINDS =
      new TreeMap<>(
          Map.of(
              "command", EffectJson::command,
              "desired", EffectJson::desired,
              "alert", EffectJson::alert,
              "event", EffectJson::event,
              "send", EffectJson::send));

  private EffectJson() {}

  static Effect read(JsonObject json) {
    Effect effect = json.require("do", json.choice("do", KINDS)).apply(json);
    json.end();
    return effect;
  }

  private static Effect command(JsonObject json) {
    return new Effect.SendCommand(
        json.string("device"),
        json.require("name", json.string("name")),
        bounded(json, "arguments", json.text("arguments").orElse("{}"), Command.MAX_ARGUMENT_BYTES),
        json.choice("lane", RuleCodec.words(Command.Lane.class)),
        RuleCodec.duration(json, "deadline"));
  }

  private static Effect desired(JsonObject json) {
    return new Effect.ChangeDesired(
        json.string("device"),
        bounded(json, "patch", json.require("patch", json.text("patch")), MAX_BODY));
  }

  private static Effect alert(JsonObject json) {
    return new Effect.RaiseAlert(
        json.require("class", json.choice("class", RuleCodec.words(Effect.AlertClass.class))),
        text(json));
  }

  private static Effect event(JsonObject json) {
    return new Effect.NoteEvent(
        json.choice("severity", RuleCodec.words(Effect.Severity.class))
            .orElse(Effect.Severity.INFO),
        text(json));
  }

  private static Effect send(JsonObject json) {
    return new Effect.Send(
        json.require("sink", json.string("sink")),
        json.anyText("body").map(body -> bounded(json, "body", body, MAX_BODY)));
  }

  private static String text(JsonObject json) {
    String text = json.require("text", json.string("text"));
    if (text.isBlank()) {
      throw json.wrong("text", "blank (expected: 1 to " + MAX_TEXT + " characters)");
    }
    return bounded(json, "text", text, MAX_TEXT);
  }

  private static String bounded(JsonObject json, String name, String text, int most) {
    if (text.length() > most) {
      throw json.wrong(name, text.length() + " characters (expected: <= " + most + ")");
    }
    return text;
  }

  static void write(JsonWriter out, Effect effect) {
    switch (effect) {
      case Effect.SendCommand command -> {
        out.text("do", "command");
        device(command.device(), out);
        out.text("name", command.name()).json("arguments", command.arguments());
        command.lane().ifPresent(lane -> out.text("lane", RuleCodec.word(lane)));
        command.deadline().ifPresent(d -> out.text("deadline", Durations.format(d)));
      }
      case Effect.ChangeDesired desired -> {
        out.text("do", "desired");
        device(desired.device(), out);
        out.json("patch", desired.patch());
      }
      case Effect.RaiseAlert alert ->
          out.text("do", "alert")
              .text("class", RuleCodec.word(alert.alertClass()))
              .text("text", alert.text());
      case Effect.NoteEvent event ->
          out.text("do", "event")
              .text("severity", RuleCodec.word(event.severity()))
              .text("text", event.text());
      case Effect.Send send -> {
        out.text("do", "send").text("sink", send.sink());
        send.body().ifPresent(body -> out.json("body", body));
      }
    }
  }

  private static void device(Optional<String> device, JsonWriter out) {
    device.ifPresent(name -> out.text("device", name));
  }
}
