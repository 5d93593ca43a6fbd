package io.vagus.registry.sql;

import io.vagus.model.Detail;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A number for each tag and value that any device has or had since the start. Thread-safe. */
final class TagNumbers {
  static final int[] NONE = {};

  /** Of a tag that no device has. */
  private static final int UNKNOWN = -1;

  private final Map<Map.Entry<String, String>, Integer> numbers = new ConcurrentHashMap<>();

  /** Of both; no tag is named like a detail, since no tag's name has a line break. */
  static Map<String, String> union(Map<String, String> tags, Map<Detail, String> details) {
    if (details.isEmpty()) {
      return tags;
    }
    Map<String, String> union = new HashMap<>(tags);
    details.forEach((detail, value) -> union.put("\n" + detail.word(), value));
    return union;
  }

  int[] number(Map<String, String> tags) {
    return tags.isEmpty()
        ? NONE
        : tags.entrySet().stream()
            .mapToInt(tag -> numbers.computeIfAbsent(copy(tag), t -> numbers.size()))
            .toArray();
  }

  int[] find(Map<String, String> tags) {
    return tags.entrySet().stream()
        .mapToInt(tag -> numbers.getOrDefault(copy(tag), UNKNOWN))
        .toArray();
  }

  private static Map.Entry<String, String> copy(Map.Entry<String, String> tag) {
    return Map.entry(tag.getKey(), tag.getValue());
  }
}
