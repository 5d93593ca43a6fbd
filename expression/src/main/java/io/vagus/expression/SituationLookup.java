package io.vagus.expression;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A situation, value by value.
 *
 * @param maxAge a reading that is older is as good as missing
 */
record SituationLookup(Situation situation, Optional<Duration> maxAge) implements Lookup {

  @Override
  public @Nullable Object get(String variable) {
    return switch (variable) {
      case Scope.NOW -> situation.now();
      case Scope.READINGS -> (Lookup) this::reading;
      case Scope.DESIRED -> situation.desired();
      case Scope.REPORTED -> situation.reported();
      case Scope.DEVICE -> Map.of("id", situation.device(), "product", situation.product());
      default -> situation.more().get(variable);
    };
  }

  private @Nullable Lookup reading(String metric) {
    Observation of = situation.readings().get(metric);
    return of == null || isStale(of) ? null : field -> of(of, field);
  }

  private @Nullable Object of(Observation observation, String field) {
    return switch (field) {
      case "value" -> observation.value();
      case "time" -> observation.time();
      case "age" -> age(observation);
      case "quality" -> observation.quality();
      default -> null;
    };
  }

  private Duration age(Observation observation) {
    return Duration.between(observation.time(), situation.now());
  }

  private boolean isStale(Observation observation) {
    return maxAge.isPresent() && age(observation).compareTo(maxAge.get()) > 0;
  }

  /** Why there is no value at a path. */
  String missing(List<String> path) {
    String name = String.join(".", path);
    Observation old =
        path.size() > 1 && path.getFirst().equals(Scope.READINGS)
            ? situation.readings().get(path.get(1))
            : null;
    return old == null || !isStale(old)
        ? name + " is missing"
        : "%s is %d s old (expected: <= %d s)"
            .formatted(name, age(old).toSeconds(), maxAge.orElseThrow().toSeconds());
  }
}
