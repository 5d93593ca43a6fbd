package io.vagus.expression;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The values that a condition looks at, for people.
 *
 * @param values by path; null: missing
 * @param missing sentences
 */
record Seen(Map<String, @Nullable Object> values, List<String> missing) {
  private static final int MAX_TEXT = 100;

  /**
   * @param why there is no value at a path
   */
  static Seen of(Set<List<String>> paths, Variables all, Function<List<String>, String> why) {
    TreeMap<String, @Nullable Object> values = new TreeMap<>();
    List<String> missing = new ArrayList<>();
    for (List<String> path : paths) {
      Object value = all.at(path);
      values.put(String.join(".", path), value == null ? null : shown(value));
      if (value == null) {
        missing.add(why.apply(path));
      }
    }
    missing.sort(null);
    return new Seen(values, missing);
  }

  private static Object shown(Object value) {
    if (value instanceof Number || value instanceof Boolean) {
      return value;
    }
    String text = value instanceof Duration age ? age.toSeconds() + "s" : String.valueOf(value);
    return text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "…" : text;
  }
}
