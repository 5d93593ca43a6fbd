package io.vagus.api;

import io.vagus.model.Page;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import tools.jackson.core.JsonGenerator;

/** How values look in JSON. */
final class Shape {
  private static final Pattern UNDERSCORE = Pattern.compile("_(.)");

  private Shape() {}

  /** RFC 3339, UTC, down to the microsecond. */
  static String time(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
  }

  /** A constant as the API spells it: {@code dead-lettered}. */
  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** As the name of a field: {@code NOT_SENT} is {@code notSent}. */
  static String camel(Enum<?> constant) {
    return UNDERSCORE
        .matcher(constant.name().toLowerCase(Locale.ROOT))
        .replaceAll(found -> found.group(1).toUpperCase(Locale.ROOT));
  }

  static <E extends Enum<E>> Map<String, E> words(Class<E> type) {
    Map<String, E> words = new TreeMap<>();
    for (E constant : type.getEnumConstants()) {
      words.put(word(constant), constant);
    }
    return words;
  }

  /** JSON has no NaN and no infinity: null. */
  static void number(JsonGenerator out, String name, double value) {
    out.writeName(name);
    if (!Double.isFinite(value)) {
      out.writeNull();
    } else if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      out.writeNumber((long) value);
    } else {
      out.writeNumber(value);
    }
  }

  static <T> Reply page(Page<T> page, BiConsumer<JsonGenerator, T> item) {
    return Reply.json(200, out -> page(out, page, item));
  }

  static <T> void page(JsonGenerator out, Page<T> page, BiConsumer<JsonGenerator, T> item) {
    items(out, "items", page.items(), item);
    page.next().ifPresent(next -> out.writeStringProperty("next", next));
  }

  /** An array of objects. */
  static <T> void items(
      JsonGenerator out, String name, Iterable<T> items, BiConsumer<JsonGenerator, T> item) {
    out.writeArrayPropertyStart(name);
    for (T one : items) {
      out.writeStartObject();
      item.accept(out, one);
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  static void strings(JsonGenerator out, String name, Iterable<String> values) {
    out.writeArrayPropertyStart(name);
    values.forEach(out::writeString);
    out.writeEndArray();
  }

  static void stringMap(JsonGenerator out, String name, Map<String, String> map) {
    out.writeObjectPropertyStart(name);
    new TreeMap<>(map).forEach(out::writeStringProperty);
    out.writeEndObject();
  }
}
