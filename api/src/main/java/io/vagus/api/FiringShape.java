package io.vagus.api;

import io.vagus.rule.Action;
import io.vagus.rule.Firing;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** What rules did, as JSON. */
final class FiringShape {
  private FiringShape() {}

  static void write(JsonGenerator out, Firing firing) {
    out.writeStringProperty("id", firing.id());
    out.writeStringProperty("rule", firing.rule());
    out.writeNumberProperty("version", firing.version());
    out.writeStringProperty("device", firing.device().value());
    out.writeStringProperty("product", firing.product());
    out.writeStringProperty("phase", Shape.word(firing.phase()));
    out.writeStringProperty("mode", Shape.word(firing.mode()));
    out.writeStringProperty("eventTime", Shape.time(firing.eventMicros()));
    out.writeStringProperty("receivedTime", Shape.time(firing.receivedMicros()));
    writeWhat(out, firing);
  }

  /** What it saw, and what it did or would have. */
  static void writeWhat(JsonGenerator out, Firing firing) {
    out.writeName("seen");
    write(out, firing.seen());
    Shape.items(out, "actions", firing.actions(), FiringShape::write);
  }

  private static void write(JsonGenerator out, Action action) {
    switch (action) {
      case Action.SendCommand command -> {
        out.writeStringProperty("do", "command");
        out.writeStringProperty("device", command.device().value());
        out.writeStringProperty("name", command.name());
        out.writeName("arguments");
        out.writeRawValue(command.arguments());
      }
      case Action.ChangeDesired desired -> {
        out.writeStringProperty("do", "desired");
        out.writeStringProperty("device", desired.device().value());
        out.writeName("patch");
        out.writeRawValue(desired.patch());
      }
      case Action.RaiseAlert alert -> {
        out.writeStringProperty("do", "alert");
        out.writeStringProperty("class", Shape.word(alert.alertClass()));
        out.writeStringProperty("text", alert.text());
      }
      case Action.ClearAlert clear -> out.writeStringProperty("do", "clear-alert");
      case Action.NoteEvent event -> {
        out.writeStringProperty("do", "event");
        out.writeStringProperty("severity", Shape.word(event.severity()));
        out.writeStringProperty("text", event.text());
      }
      case Action.Send send -> {
        out.writeStringProperty("do", "send");
        out.writeStringProperty("sink", send.sink());
        if (send.body().isPresent()) {
          out.writeName("body");
          out.writeRawValue(send.body().get());
        }
      }
      case Action.Unmade unmade -> {
        out.writeStringProperty("do", "unmade");
        out.writeStringProperty("effect", unmade.effect());
        out.writeStringProperty("why", unmade.why());
      }
    }
  }

  /** What JSON does not know is written as its text; what is no number in JSON as null. */
  private static void write(JsonGenerator out, @Nullable Object value) {
    switch (value) {
      case null -> out.writeNull();
      case Boolean b -> out.writeBoolean(b);
      case Double d when !Double.isFinite(d) -> out.writeNull();
      case Double d -> out.writeNumber(d);
      case Long n -> out.writeNumber(n);
      case Collection<?> items -> {
        out.writeStartArray();
        items.forEach(item -> write(out, item));
        out.writeEndArray();
      }
      case Map<?, ?> map -> {
        out.writeStartObject();
        map.forEach((name, member) -> {
          out.writeName(String.valueOf(name));
          write(out, member);
        });
        out.writeEndObject();
      }
      default -> out.writeString(value.toString());
    }
  }
}
