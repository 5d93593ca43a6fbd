package io.vagus.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;

/** What the API answers. */
record Reply(int status, String contentType, Map<String, String> headers, Content content) {
  static final String JSON = "application/json";

  /** An answer's body. */
  sealed interface Content {}

  /**
   * All of it, at once.
   *
   * @param kept what an idempotency key is answered with later: as {@code bytes}, without secrets
   */
  record Whole(byte[] bytes, byte[] kept) implements Content {}

  /** Written as it comes; a failure on the way cuts the connection, so that the client notices. */
  record Stream(Writer writer) implements Content {}

  @FunctionalInterface
  interface Writer {
    void writeTo(OutputStream out) throws IOException, InterruptedException;
  }

  static Reply json(int status, Consumer<JsonGenerator> object) {
    return bytes(status, JSON, jsonBytes(object));
  }

  /** An answer that shows a secret this once. */
  static Reply secretJson(
      int status, Consumer<JsonGenerator> object, Consumer<JsonGenerator> withoutSecret) {
    return new Reply(
        status, JSON, Map.of(), new Whole(jsonBytes(object), jsonBytes(withoutSecret)));
  }

  static byte[] jsonBytes(Consumer<JsonGenerator> object) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    try (JsonGenerator generator = Json.generator(out)) {
      generator.writeStartObject();
      object.accept(generator);
      generator.writeEndObject();
    }
    return out.toByteArray();
  }

  static Reply bytes(int status, String contentType, byte[] bytes) {
    return new Reply(status, contentType, Map.of(), new Whole(bytes, bytes));
  }

  static Reply noContent() {
    return bytes(204, "", new byte[0]);
  }

  static Reply stream(String contentType, Writer writer) {
    return new Reply(200, contentType, Map.of(), new Stream(writer));
  }

  Reply with(String header, String value) {
    Map<String, String> more = new TreeMap<>(headers);
    more.put(header, value);
    return new Reply(status, contentType, more, content);
  }
}
