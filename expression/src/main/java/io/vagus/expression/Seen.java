package io.vagus.expression;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The values that a condition looks at, for people.
 *
 * @param values by path; null: missing
 * @param missing sentences
 */
record Seen(Map<String, @Nullable Object> values, List<String> missing) {
  private static final int MAX_TEXT = 100;

  static Seen of(
      Set<List<String>> paths,
      Map<String, Object> all,
      Situation situation,
      Optional<Duration> maxAge) {
    TreeMap<String, @Nullable Object> values = new TreeMap<>();
    List<String> missing = new ArrayList<>();
    for (List<String> path : paths) {
      String name = String.join(".", path);
      Object value = at(path, all);
      values.put(name, value == null ? null : shown(value));
      if (value == null) {
        missing.add(why(path, name, situation, maxAge));
      }
    }
    missing.sort(null);
    return new Seen(values, missing);
  }

  private static @Nullable Object at(List<String> path, Map<String, Object> all) {
    Object at = all;
    for (String name : path) {
      at = at instanceof Map<?, ?> map ? map.get(name) : null;
    }
    return at;
  }

  private static String why(
      List<String> path, String name, Situation situation, Optional<Duration> maxAge) {
    Observation old =
        path.size() > 1 && path.getFirst().equals(Scope.READINGS)
            ? situation.readings().get(path.get(1))
            : null;
    if (old == null || !Values.isStale(old, situation.now(), maxAge)) {
      return name + " is missing";
    }
    return "%s is %d s old (expected: <= %d s)"
        .formatted(
            name,
            Duration.between(old.time(), situation.now()).toSeconds(),
            maxAge.orElseThrow().toSeconds());
  }

  private static Object shown(Object value) {
    if (value instanceof Number || value instanceof Boolean) {
      return value;
    }
    String text = value instanceof Duration age ? age.toSeconds() + "s" : String.valueOf(value);
    return text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "…" : text;
  }
}
