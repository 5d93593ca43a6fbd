package io.vagus.expression;

import dev.cel.common.values.NullValue;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A situation as CEL sees it. Pure. */
final class Values {
  private Values() {}

  static Map<String, Object> of(Situation situation, Scope scope, Optional<Duration> maxAge) {
    Map<String, Object> all = new LinkedHashMap<>();
    scope
        .variables()
        .forEach((name, type) -> {
          switch (name) {
            case Scope.NOW -> all.put(name, situation.now());
            case Scope.READINGS -> all.put(name, readings(situation, (Type.Fields) type, maxAge));
            case Scope.DESIRED -> all.put(name, document(situation.desired()));
            case Scope.REPORTED -> all.put(name, document(situation.reported()));
            case Scope.DEVICE ->
                all.put(name, Map.of("id", situation.device(), "product", situation.product()));
            default -> more(situation.more().get(name), type).ifPresent(v -> all.put(name, v));
          }
        });
    return all;
  }

  private static Optional<Object> more(@Nullable Object given, Type type) {
    return switch (type) {
      case Type.Plain plain -> fitting(plain, given);
      case Type.Fields fields -> {
        Map<String, Object> values = new LinkedHashMap<>();
        Map<?, ?> from = given instanceof Map<?, ?> map ? map : Map.of();
        fields
            .of()
            .forEach(
                (name, of) -> more(from.get(name), of).ifPresent(value -> values.put(name, value)));
        yield Optional.of(values);
      }
    };
  }

  private static Map<String, Object> readings(
      Situation situation, Type.Fields metrics, Optional<Duration> maxAge) {
    Map<String, Object> readings = new LinkedHashMap<>();
    situation
        .readings()
        .forEach((metric, observation) -> {
          if (metrics.of().get(metric) instanceof Type.Fields of
              && of.of().get("value") instanceof Type.Plain type
              && !isStale(observation, situation.now(), maxAge)) {
            fitting(type, observation.value())
                .ifPresent(value -> readings.put(metric, reading(value, observation, situation)));
          }
        });
    return readings;
  }

  static boolean isStale(Observation observation, Instant now, Optional<Duration> maxAge) {
    return maxAge.isPresent()
        && Duration.between(observation.time(), now).compareTo(maxAge.get()) > 0;
  }

  private static Map<String, Object> reading(Object value, Observation of, Situation situation) {
    return Map.of(
        "value",
        value,
        "time",
        of.time(),
        "age",
        Duration.between(of.time(), situation.now()),
        "quality",
        of.quality());
  }

  /** Empty: it is not of the type, so it is as good as missing. */
  private static Optional<Object> fitting(Type.Plain type, @Nullable Object value) {
    return switch (type) {
      case NUMBER -> value instanceof Number n ? finite(n.doubleValue()) : Optional.empty();
      case INTEGER ->
          value instanceof Number n && n.doubleValue() == Math.rint(n.doubleValue())
              ? Optional.of(n.longValue())
              : Optional.empty();
      case BOOLEAN ->
          value instanceof Number n
              ? Optional.of(n.doubleValue() != 0) // as readings are stored
              : Optional.ofNullable(value instanceof Boolean b ? b : null);
      case TEXT -> Optional.ofNullable(value instanceof String s ? s : null);
      case TIME -> Optional.ofNullable(value instanceof Instant t ? t : null);
      case DURATION -> Optional.ofNullable(value instanceof Duration d ? d : null);
      case TEXTS, ANY -> Optional.of(json(value));
      case DOCUMENT -> value instanceof Map<?, ?> m ? Optional.of(document(m)) : Optional.empty();
    };
  }

  private static Optional<Object> finite(double value) {
    return Double.isFinite(value) ? Optional.of(value) : Optional.empty();
  }

  private static Map<String, Object> document(Map<?, ?> from) {
    Map<String, Object> to = new LinkedHashMap<>();
    from.forEach((name, value) -> to.put(String.valueOf(name), json(value)));
    return to;
  }

  private static Object json(@Nullable Object value) {
    return switch (value) {
      case null -> NullValue.NULL_VALUE;
      case Number number -> number.doubleValue();
      case Map<?, ?> map -> document(map);
      case List<?> list -> list.stream().map(Values::json).toList();
      default -> value;
    };
  }
}
