package io.vagus.rule;

import java.io.StringWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** A firing as people and other systems see it. */
public final class FiringJson {
  private static final JsonFactory FACTORY = new JsonFactory();

  private FiringJson() {}

  /** A JSON object, compact. */
  public static String text(Firing firing) {
    StringWriter text = new StringWriter(256);
    try (JsonGenerator out = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      out.writeStartObject();
      out.writeStringProperty("id", firing.id());
      out.writeStringProperty("rule", firing.rule());
      out.writeNumberProperty("version", firing.version());
      out.writeStringProperty("device", firing.device().value());
      out.writeStringProperty("product", firing.product());
      out.writeStringProperty("phase", word(firing.phase()));
      out.writeStringProperty("mode", word(firing.mode()));
      out.writeStringProperty("eventTime", time(firing.eventMicros()));
      out.writeStringProperty("receivedTime", time(firing.receivedMicros()));
      out.writeName("seen");
      write(out, firing.seen());
      out.writeEndObject();
    }
    return text.toString();
  }

  /** What JSON does not know is written as its text; what is no number in JSON as null. */
  private static void write(JsonGenerator out, @Nullable Object value) {
    switch (value) {
      case null -> out.writeNull();
      case Boolean b -> out.writeBoolean(b);
      case Double d when !Double.isFinite(d) -> out.writeNull();
      case Double d -> out.writeNumber(d);
      case Number n -> out.writeNumber(n.longValue());
      case List<?> list -> {
        out.writeStartArray();
        list.forEach(item -> write(out, item));
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

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static String time(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
  }
}
