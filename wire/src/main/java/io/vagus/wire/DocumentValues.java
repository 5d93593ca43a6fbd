package io.vagus.wire;

import io.vagus.model.Document;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** A document as maps, lists, Doubles, Booleans, Strings and null. Pure. */
public final class DocumentValues {
  private DocumentValues() {}

  public static Map<String, @Nullable Object> of(Document document) {
    try (JsonParser in = DocumentCodec.parser(DocumentCodec.encode(document))) {
      in.nextToken();
      return members(in);
    }
  }

  /** Of one value's JSON text. */
  public static @Nullable Object of(String json) {
    try (JsonParser in =
        DocumentCodec.parser(json.getBytes(java.nio.charset.StandardCharsets.UTF_8))) {
      in.nextToken();
      return value(in);
    }
  }

  private static Map<String, @Nullable Object> members(JsonParser in) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    String name;
    while ((name = in.nextName()) != null) {
      in.nextToken();
      members.put(name, value(in));
    }
    return members;
  }

  private static @Nullable Object value(JsonParser in) {
    return switch (in.currentToken()) {
      case START_OBJECT -> members(in);
      case START_ARRAY -> items(in);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> in.getDoubleValue();
      case VALUE_TRUE -> Boolean.TRUE;
      case VALUE_FALSE -> Boolean.FALSE;
      case VALUE_NULL -> null;
      default -> in.getString();
    };
  }

  private static List<@Nullable Object> items(JsonParser in) {
    List<@Nullable Object> items = new ArrayList<>();
    while (in.nextToken() != JsonToken.END_ARRAY) {
      items.add(value(in));
    }
    return items;
  }
}
