package io.vagus.wire;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.Spelling;
import io.vagus.kit.VagusException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object being read: asks for fields by name and type, then {@link #end} refuses those that
 * nobody asked for. What is wrong is an INVALID_REQUEST that names path, value and what is
 * expected. Confined to one thread.
 */
public final class JsonObject {
  private final String path;
  private final Map<String, @Nullable Object> fields;
  private final Set<String> known = new HashSet<>();

  private JsonObject(String path, Map<String, @Nullable Object> fields) {
    this.path = path;
    this.fields = fields;
  }

  public static JsonObject parse(byte[] body) {
    return of("", JsonText.parse(body));
  }

  @SuppressWarnings("unchecked")
  public static JsonObject of(String path, @Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      return new JsonObject(path, (Map<String, @Nullable Object>) map);
    }
    throw wrong(path.isEmpty() ? "body" : path, value, "an object");
  }

  public Optional<String> string(String name) {
    return field(name).map(v -> v instanceof String s ? s : fail(name, v, "a string"));
  }

  /** A string that is one of several, and what it stands for. */
  public <T> Optional<T> choice(String name, Map<String, T> choices) {
    return string(name)
        .map(s -> {
          T value = choices.get(s);
          return value == null ? fail(name, s, "one of " + choices.keySet()) : value;
        });
  }

  public OptionalDouble number(String name) {
    Optional<Object> value = field(name);
    if (value.isEmpty()) {
      return OptionalDouble.empty();
    }
    return value.get() instanceof Number n
        ? OptionalDouble.of(n.doubleValue())
        : fail(name, value.get(), "a number");
  }

  public Optional<Long> integer(String name, long least, long most) {
    return field(name)
        .map(v ->
            v instanceof Long n && n >= least && n <= most
                ? n
                : fail(name, v, "a whole number from " + least + " to " + most));
  }

  public Optional<Boolean> bool(String name) {
    return field(name).map(v -> v instanceof Boolean b ? b : fail(name, v, "true or false"));
  }

  /** Whether the field is there and holds null. */
  public boolean isNull(String name) {
    known.add(name);
    return fields.containsKey(name) && fields.get(name) == null;
  }

  public Optional<JsonObject> object(String name) {
    return field(name).map(v -> of(at(name), v));
  }

  public <T> Optional<List<T>> list(String name, Function<JsonObject, T> item) {
    return items(name).map(l -> collect(name, l, (p, v) -> item.apply(of(p, v))));
  }

  public Optional<List<String>> strings(String name) {
    return items(name)
        .map(l -> collect(name, l, (p, v) -> v instanceof String s ? s : failAt(p, v, "a string")));
  }

  /** An object whose values are strings. */
  public Optional<Map<String, String>> stringMap(String name) {
    return object(name)
        .map(o -> {
          Map<String, String> map = new LinkedHashMap<>();
          o.fields.keySet().forEach(key -> map.put(key, o.require(key, o.string(key))));
          return map;
        });
  }

  public Set<String> names() {
    return fields.keySet();
  }

  public <T> T require(String name, Optional<T> value) {
    return value.orElseThrow(() -> invalid(at(name), "missing (expected: a value)"));
  }

  /** An object as JSON text, whatever is in it. */
  public Optional<String> text(String name) {
    return object(name).map(o -> JsonText.of(o.fields));
  }

  /** Any value but null as JSON text. */
  public Optional<String> anyText(String name) {
    return field(name).map(JsonText::of);
  }

  /** Makes a value whose own rules may refuse it with an IllegalArgumentException. */
  public <T> T make(String name, Supplier<T> maker) {
    try {
      return maker.get();
    } catch (IllegalArgumentException e) {
      throw invalid(at(name), String.valueOf(e.getMessage()));
    }
  }

  /** Fields that may be there and do not count. */
  public void ignore(Set<String> names) {
    known.addAll(names);
  }

  /** Refuses fields that nobody asked for. */
  public void end() {
    for (String name : fields.keySet()) {
      if (!known.contains(name)) {
        throw invalid(at(name), "unknown field (expected one of: " + sorted() + ")" + hint(name));
      }
    }
  }

  private String hint(String name) {
    return Spelling.hint(name, known);
  }

  private List<String> sorted() {
    return known.stream().sorted().toList();
  }

  private Optional<Object> field(String name) {
    known.add(name);
    if (!fields.containsKey(name)) {
      return Optional.empty();
    }
    Object value = fields.get(name);
    return Optional.of(value == null ? fail(name, null, "a value, or no such field") : value);
  }

  private Optional<List<?>> items(String name) {
    return field(name).map(v -> v instanceof List<?> l ? l : fail(name, v, "an array"));
  }

  private interface Item<T> {
    T read(String path, @Nullable Object value);
  }

  private <T> List<T> collect(String name, List<?> values, Item<T> item) {
    List<T> result = new ArrayList<>();
    for (Object value : values) {
      result.add(item.read(at(name) + "[" + result.size() + "]", value));
    }
    return result;
  }

  private String at(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private <T> T fail(String name, @Nullable Object value, String expected) {
    return failAt(at(name), value, expected);
  }

  private static <T> T failAt(String path, @Nullable Object value, String expected) {
    throw wrong(path, value, expected);
  }

  private static RuntimeException wrong(String path, @Nullable Object value, String expected) {
    String shown =
        switch (value) {
          case null -> "null";
          case String s -> Quoted.of(s);
          case Map<?, ?> m -> "an object";
          case List<?> l -> "an array";
          default -> value.toString();
        };
    return invalid(path, shown + " (expected: " + expected + ")");
  }

  /** What is wrong with one of its fields. */
  public VagusException wrong(String name, String rest) {
    return invalid(at(name), rest);
  }

  /**
   * @param rest value and what is expected: {@code 70000 (expected: <= 65535)}
   */
  public static VagusException invalid(String field, String rest) {
    return new VagusException(ErrorCode.INVALID_REQUEST, field + ": " + rest);
  }
}
