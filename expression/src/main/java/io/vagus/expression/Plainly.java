package io.vagus.expression;

import com.google.common.primitives.UnsignedLong;
import dev.cel.common.values.NullValue;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** CEL's values as JSON says them, and JSON as a sentence says it. Pure. */
final class Plainly {
  private Plainly() {}

  static @Nullable Object json(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case NullValue none -> null;
      case Boolean is -> is;
      case UnsignedLong number -> number.longValue();
      case Number number -> number;
      case String text -> text;
      case Instant time -> time.toString();
      case Duration duration -> seconds(duration);
      case List<?> list -> {
        List<@Nullable Object> plain = new ArrayList<>(list.size());
        list.forEach(one -> plain.add(json(one)));
        yield plain;
      }
      case Map<?, ?> map -> {
        Map<String, @Nullable Object> plain = new LinkedHashMap<>();
        map.forEach((name, one) -> plain.put(String.valueOf(name), json(one)));
        yield plain;
      }
      default -> String.valueOf(value);
    };
  }

  /** As CEL writes it: {@code 90s}, {@code 0.5s}. */
  private static String seconds(Duration duration) {
    return text(duration.toSeconds() + duration.getNano() / 1e9) + "s";
  }

  /** Within a sentence: 7 for 7.0, a text without quotes, JSON for what has parts. */
  static String text(@Nullable Object json) {
    return json instanceof String text ? text : written(json);
  }

  private static String written(@Nullable Object json) {
    return switch (json) {
      case Double number when number == Math.rint(number) && Math.abs(number) < 1e15 ->
          String.valueOf(number.longValue());
      case String text -> quoted(text);
      case List<?> list -> {
        List<String> parts = new ArrayList<>(list.size());
        list.forEach(one -> parts.add(written(one)));
        yield "[" + String.join(", ", parts) + "]";
      }
      case Map<?, ?> map -> {
        List<String> parts = new ArrayList<>(map.size());
        map.forEach((name, one) -> parts.add(quoted(String.valueOf(name)) + ": " + written(one)));
        yield "{" + String.join(", ", parts) + "}";
      }
      case null, default -> String.valueOf(json);
    };
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }
}
