package io.vagus.registry.sql;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A number for each tag and value that any device has or had since the start. Thread-safe. */
final class TagNumbers {
  static final int[] NONE = {};

  /** Of a tag that no device has. */
  private static final int UNKNOWN = -1;

  private final Map<Map.Entry<String, String>, Integer> numbers = new ConcurrentHashMap<>();

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
