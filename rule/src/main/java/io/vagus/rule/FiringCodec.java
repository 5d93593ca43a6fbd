package io.vagus.rule;

import io.vagus.wire.CommandCodec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Firings as JSON: as the API, live streams and sinks show them. */
public final class FiringCodec {
  private FiringCodec() {}

  /** An object, compact. */
  public static String text(Firing firing) {
    return JsonWriter.text(out -> {
      out.text("id", firing.id())
          .text("rule", firing.rule())
          .number("version", firing.version())
          .text("device", firing.device().value())
          .text("product", firing.product())
          .text("phase", RuleCodec.word(firing.phase()))
          .text("mode", RuleCodec.word(firing.mode()))
          .text("time", time(firing.eventMicros()))
          .text("receivedAt", time(firing.receivedMicros()))
          .number("offset", firing.offset())
          .json("seen", CommandCodec.seen(firing.seen()))
          .objects("actions", firing.actions(), FiringCodec::write);
    });
  }

  private static String time(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
  }

  private static void write(JsonWriter out, Action action) {
    switch (action) {
      case Action.SendCommand command ->
          out.text("do", "command")
              .text("device", command.device().value())
              .text("name", command.name())
              .json("arguments", command.arguments());
      case Action.ChangeDesired desired ->
          out.text("do", "desired")
              .text("device", desired.device().value())
              .json("patch", desired.patch());
      case Action.RaiseAlert alert ->
          out.text("do", "alert")
              .text("class", RuleCodec.word(alert.alertClass()))
              .text("text", alert.text());
      case Action.ClearAlert clear -> out.text("do", "clear-alert");
      case Action.NoteEvent event ->
          out.text("do", "event")
              .text("severity", RuleCodec.word(event.severity()))
              .text("text", event.text());
      case Action.Send send -> {
        out.text("do", "send").text("sink", send.sink());
        send.body().ifPresent(body -> out.json("body", body));
      }
      case Action.Unmade unmade ->
          out.text("do", unmade.effect()).text("unmade", unmade.why());
    }
  }
}
