package io.vagus.rule;

import java.io.StringWriter;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes the fields of a JSON object. Confined to one thread. */
final class JsonWriter {
  private static final JsonFactory FACTORY = new JsonFactory();

  private final JsonGenerator out;

  private JsonWriter(JsonGenerator out) {
    this.out = out;
  }

  /** An object, compact. */
  static String text(Consumer<JsonWriter> fields) {
    StringWriter text = new StringWriter(256);
    try (JsonGenerator out = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      out.writeStartObject();
      fields.accept(new JsonWriter(out));
      out.writeEndObject();
    }
    return text.toString();
  }

  JsonWriter text(String name, String value) {
    out.writeStringProperty(name, value);
    return this;
  }

  JsonWriter number(String name, long value) {
    out.writeNumberProperty(name, value);
    return this;
  }

  /** A value that is JSON already. */
  JsonWriter json(String name, String value) {
    out.writeName(name);
    out.writeRawValue(value);
    return this;
  }

  JsonWriter texts(String name, Iterable<String> values) {
    out.writeArrayPropertyStart(name);
    values.forEach(out::writeString);
    out.writeEndArray();
    return this;
  }

  JsonWriter object(String name, Consumer<JsonWriter> fields) {
    out.writeObjectPropertyStart(name);
    fields.accept(this);
    out.writeEndObject();
    return this;
  }

  <T> JsonWriter objects(String name, Iterable<T> values, BiConsumer<JsonWriter, T> fields) {
    out.writeArrayPropertyStart(name);
    for (T value : values) {
      out.writeStartObject();
      fields.accept(this, value);
      out.writeEndObject();
    }
    out.writeEndArray();
    return this;
  }
}
