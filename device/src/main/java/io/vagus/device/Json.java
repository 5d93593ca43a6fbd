package io.vagus.device;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a device writes as JSON (RFC 8259). Pure. */
final class Json {
  private Json() {}

  /** Device contract v1. */
  static byte[] telemetry(long timeMicros, String id, long sequence, Map<String, ?> values) {
    StringBuilder out = new StringBuilder(64 + 24 * values.size());
    out.append("{\"time\":").append(timeMicros);
    out.append(",\"id\":\"").append(id);
    out.append("\",\"seq\":").append(sequence);
    out.append(",\"values\":");
    write(out, new TreeMap<>(values));
    return out.append('}').toString().getBytes(StandardCharsets.UTF_8);
  }

  static String text(Object value) {
    StringBuilder out = new StringBuilder(64);
    write(out, value);
    return out.toString();
  }

  private static void write(StringBuilder out, @Nullable Object value) {
    switch (value) {
      case null -> out.append("null");
      case String text -> quote(out, text);
      case Double number -> finite(out, number);
      case Float number -> finite(out, number.doubleValue());
      case Number number -> out.append(number);
      case Boolean flag -> out.append(flag);
      case Map<?, ?> map -> object(out, map);
      case Iterable<?> list -> array(out, list);
      default ->
          throw new IllegalArgumentException(
              "value: "
                  + value.getClass().getSimpleName()
                  + " (expected: a number, a boolean, a text, a map or a list)");
    }
  }

  private static void finite(StringBuilder out, double number) {
    if (!Double.isFinite(number)) {
      throw new IllegalArgumentException("value: " + number + " (expected: a finite number)");
    }
    out.append(number);
  }

  private static void object(StringBuilder out, Map<?, ?> map) {
    out.append('{');
    String comma = "";
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      out.append(comma);
      quote(out, String.valueOf(entry.getKey()));
      out.append(':');
      write(out, entry.getValue());
      comma = ",";
    }
    out.append('}');
  }

  private static void array(StringBuilder out, Iterable<? extends @Nullable Object> list) {
    out.append('[');
    String comma = "";
    for (@Nullable Object item : list) {
      out.append(comma);
      write(out, item);
      comma = ",";
    }
    out.append(']');
  }

  private static void quote(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        out.append("\\u00")
            .append(Character.forDigit(c >> 4, 16))
            .append(Character.forDigit(c & 15, 16));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
