package io.vagus.wire;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;

/**
 * JSON (RFC 8259) as maps, lists, strings, Long, Double, Boolean and null. Stricter than the
 * standard: a key may come once, a number must be finite, depth is bounded; each refusal names the
 * path.
 */
public final class JsonText {
  public static final int MAX_DEPTH = 16;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(4 * MAX_DEPTH)
                  .maxNumberLength(64)
                  .maxNameLength(512)
                  .build())
          .build();

  private JsonText() {}

  /** The one value that the bytes hold. */
  public static @Nullable Object parse(byte[] bytes) {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), bytes)) {
      parser.nextToken();
      Object value = read(parser, "", 0);
      if (parser.nextToken() != null) {
        throw JsonObject.invalid("body", "has more than one JSON value");
      }
      return value;
    } catch (JacksonException e) {
      throw malformed(e);
    }
  }

  /**
   * The values of an array of any length, each as it comes.
   *
   * @param item is given its number, from 1, and the value
   */
  public static void array(InputStream in, BiConsumer<Integer, @Nullable Object> item) {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), in)) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        throw JsonObject.invalid("body", "no array (expected: an array)");
      }
      for (int n = 1; parser.nextToken() != JsonToken.END_ARRAY; n++) {
        item.accept(n, read(parser, "[" + (n - 1) + "]", 0));
      }
      if (parser.nextToken() != null) {
        throw JsonObject.invalid("body", "has more than one JSON value");
      }
    } catch (JacksonException e) {
      throw malformed(e);
    }
  }

  /** A value as {@link #parse} gives it, as compact JSON. */
  public static String of(@Nullable Object value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
    try (JsonGenerator out = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
      write(out, value);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static void write(JsonGenerator out, @Nullable Object value) {
    switch (value) {
      case null -> out.writeNull();
      case String s -> out.writeString(s);
      case Boolean b -> out.writeBoolean(b);
      case Long n -> out.writeNumber(n);
      case Double n -> out.writeNumber(n);
      case List<?> list -> {
        out.writeStartArray();
        list.forEach(item -> write(out, item));
        out.writeEndArray();
      }
      case Map<?, ?> map -> {
        out.writeStartObject();
        map.forEach((name, member) -> {
          out.writeName((String) name);
          write(out, member);
        });
        out.writeEndObject();
      }
      default -> throw new IllegalArgumentException(value.getClass() + " (expected: JSON)");
    }
  }

  private static RuntimeException malformed(JacksonException e) {
    String why = e instanceof StreamReadException r ? r.getOriginalMessage() : e.getMessage();
    String where =
        e.getLocation() == null
            ? ""
            : " at line "
                + e.getLocation().getLineNr()
                + " column "
                + e.getLocation().getColumnNr();
    return JsonObject.invalid("body", "no valid JSON" + where + ": " + Quoted.of("" + why));
  }

  /** The value at the parser's current token. */
  private static @Nullable Object read(JsonParser parser, String path, int depth) {
    if (depth > MAX_DEPTH) {
      throw JsonObject.invalid("body", "depth " + depth + " (expected: <= " + MAX_DEPTH + ")");
    }
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw JsonObject.invalid("body", "empty (expected: a JSON value)");
    }
    return switch (token) {
      case START_OBJECT -> readObject(parser, path, depth);
      case START_ARRAY -> readArray(parser, path, depth);
      case VALUE_STRING -> parser.getString();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> readNumber(parser, path);
      default -> throw JsonObject.invalid("body", "no valid JSON: " + token);
    };
  }

  private static Map<String, @Nullable Object> readObject(
      JsonParser parser, String path, int depth) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      String inner = path.isEmpty() ? name : path + "." + name;
      parser.nextToken();
      if (map.containsKey(name)) {
        throw JsonObject.invalid(inner, "given twice (expected: once)");
      }
      map.put(name, read(parser, inner, depth + 1));
    }
    return map;
  }

  private static List<@Nullable Object> readArray(JsonParser parser, String path, int depth) {
    List<@Nullable Object> list = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      list.add(read(parser, path + "[" + list.size() + "]", depth + 1));
    }
    return list;
  }

  private static Object readNumber(JsonParser parser, String path) {
    String text = parser.getString();
    if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT && text.length() <= 18) {
      return Long.parseLong(text);
    }
    double value = Double.parseDouble(text);
    if (!Double.isFinite(value)) {
      throw JsonObject.invalid(
          path.isEmpty() ? "body" : path, text + " (expected: a number up to 1.7e308)");
    }
    return value;
  }
}
