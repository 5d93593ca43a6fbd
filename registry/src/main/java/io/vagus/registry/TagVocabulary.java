package io.vagus.registry;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which tags devices may have, on the whole platform. Immutable.
 *
 * @param open whether keys that are not declared may be used too
 * @param keys those declared
 */
public record TagVocabulary(boolean open, Map<String, Key> keys) {
  /** Any key: what holds until somebody declares one. */
  public static final TagVocabulary ANY = new TagVocabulary(true, Map.of());

  /** What the platform itself says of devices that enrolled with others. */
  public static final String BATCH = "batch";

  static final int MAX_KEYS = 256;
  static final int MAX_VALUES = 1000;
  private static final int SHOWN = 20;

  /**
   * A declared key.
   *
   * @param meaning for people
   * @param values that it may have; empty: any
   */
  public record Key(String meaning, Set<String> values) {
    public Key {
      values = Set.copyOf(values);
    }
  }

  public TagVocabulary {
    keys = Map.copyOf(keys);
  }

  /** That it may be declared: limits in number and length. */
  public static void requireStorable(TagVocabulary vocabulary) {
    if (vocabulary.keys.size() > MAX_KEYS) {
      throw Rules.invalid("keys: " + vocabulary.keys.size() + " (expected: <= " + MAX_KEYS + ")");
    }
    vocabulary.keys.forEach((name, key) -> {
      Rules.requireTags(Map.of(name, ""), 1);
      Rules.requireText("keys." + name + ".meaning", key.meaning, Rules.MAX_NAME_CHARS);
      if (key.values.size() > MAX_VALUES) {
        throw Rules.invalid(
            "keys."
                + name
                + ".values: "
                + key.values.size()
                + " (expected: <= "
                + MAX_VALUES
                + ")");
      }
      key.values.forEach(value -> Rules.requireTags(Map.of(name, value), 1));
    });
  }

  /** What is wrong with a tag, with what is allowed; empty when nothing is. */
  public Optional<String> misfit(String name, String value) {
    Key key = keys.get(name);
    if (key == null) {
      return open || name.equals(BATCH)
          ? Optional.empty()
          : Optional.of(
              "tags.%s: \"%s\" (expected: a key that is declared: %s)"
                  .formatted(name, value, shown(keys.keySet())));
    }
    return key.values.isEmpty() || key.values.contains(value)
        ? Optional.empty()
        : Optional.of(
            "tags.%s: \"%s\" (expected: one of %s)".formatted(name, value, shown(key.values)));
  }

  /** The same of a device's, but for those that it has already: what was said before may stay. */
  void require(Map<String, String> tags, Map<String, String> before, String line) {
    tags.forEach((name, value) -> {
      if (!value.equals(before.get(name))) {
        misfit(name, value)
            .ifPresent(why -> {
              throw Rules.invalid(line + why);
            });
      }
    });
  }

  private static String shown(Set<String> words) {
    Set<String> sorted = new TreeSet<>(words);
    return sorted.size() <= SHOWN
        ? sorted.toString()
        : sorted.stream().limit(SHOWN).toList() + " and " + (sorted.size() - SHOWN) + " more";
  }

  /** As it is stored: the same text for the same vocabulary. */
  public String text() {
    ObjectNode node = Json.object().put("open", open);
    ObjectNode all = node.putObject("keys");
    new TreeMap<>(keys)
        .forEach((name, key) -> {
          ObjectNode one = all.putObject(name).put("meaning", key.meaning);
          ArrayNode values = one.putArray("values");
          new TreeSet<>(key.values).forEach(values::add);
        });
    return node.toString();
  }

  /** The inverse of {@link #text}. */
  public static TagVocabulary parse(String text) {
    JsonNode node = Json.read(text);
    Map<String, Key> keys = new TreeMap<>();
    node.path("keys")
        .properties()
        .forEach(entry -> {
          Set<String> values = new TreeSet<>();
          entry.getValue().path("values").forEach(value -> values.add(value.asString()));
          keys.put(entry.getKey(), new Key(entry.getValue().path("meaning").asString(), values));
        });
    return new TagVocabulary(node.path("open").asBoolean(), keys);
  }
}
