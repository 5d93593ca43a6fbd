package io.vagus.expression;

import dev.cel.common.values.NullValue;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A value as CEL takes it, where it is of the type; else it is as good as missing. Pure. */
final class Fitting {
  private Fitting() {}

  /** Null: it is missing, or not of the type. */
  static @Nullable Object of(Type type, @Nullable Object value) {
    return switch (type) {
      case Type.Plain plain -> plain(plain, value);
      case Type.Fields fields -> fields(fields, value);
    };
  }

  private static FieldsView fields(Type.Fields type, @Nullable Object value) {
    return switch (value) {
      case Lookup lookup -> new FieldsView(type, lookup);
      case Map<?, ?> map -> new FieldsView(type, map::get);
      case null, default -> new FieldsView(type, name -> null);
    };
  }

  private static @Nullable Object plain(Type.Plain type, @Nullable Object value) {
    return switch (type) {
      case NUMBER -> value instanceof Number n ? finite(n.doubleValue()) : null;
      case INTEGER -> value instanceof Number n ? whole(n) : null;
      case BOOLEAN ->
          // as readings are stored
          value instanceof Number n ? (Object) (n.doubleValue() != 0) : only(Boolean.class, value);
      case TEXT -> only(String.class, value);
      case TIME -> only(Instant.class, value);
      case DURATION -> only(Duration.class, value);
      case TEXTS, ANY -> json(value);
      case NUMBERS -> value instanceof List<?> list ? numbers(list) : null;
      case DOCUMENT -> value instanceof Map<?, ?> map ? new DocumentView(map) : null;
    };
  }

  private static @Nullable Object only(Class<?> type, @Nullable Object value) {
    return type.isInstance(value) ? value : null;
  }

  private static @Nullable Object finite(double value) {
    return Double.isFinite(value) ? (Object) value : null;
  }

  private static @Nullable Object whole(Number n) {
    boolean whole = n instanceof Long || n.doubleValue() == Math.rint(n.doubleValue());
    return whole ? (Object) n.longValue() : null;
  }

  private static @Nullable List<Object> numbers(List<?> list) {
    List<Object> numbers = new ArrayList<>(list.size());
    for (Object one : list) {
      if (!(one instanceof Number n) || !Double.isFinite(n.doubleValue())) {
        return null;
      }
      numbers.add(n.doubleValue());
    }
    return numbers;
  }

  static Object json(@Nullable Object value) {
    return switch (value) {
      case null -> NullValue.NULL_VALUE;
      case Number number -> number.doubleValue();
      case Map<?, ?> map -> new DocumentView(map);
      case List<?> list -> list.stream().map(Fitting::json).toList();
      default -> value;
    };
  }
}
