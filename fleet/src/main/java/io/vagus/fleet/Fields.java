package io.vagus.fleet;

import io.vagus.kit.Durations;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** The fields of one object of a profile: says which is wrong, and which is not known. */
final class Fields {
  private final String path;
  private final JsonNode json;
  private final Set<String> asked = new HashSet<>();

  Fields(String path, JsonNode json) {
    this.path = path;
    this.json = json;
    if (!json.isObject() && !json.isMissingNode()) {
      throw wrong(path, json + " (expected: an object)");
    }
  }

  private JsonNode get(String name) {
    asked.add(name);
    return json.path(name);
  }

  /** As it stands there, for whom it is meant for to judge; missing when it is not said. */
  JsonNode as(String name) {
    return get(name);
  }

  Fields object(String name) {
    return new Fields(at(name), get(name));
  }

  List<Fields> list(String name) {
    List<Fields> items = new ArrayList<>();
    for (JsonNode item : get(name)) {
      items.add(new Fields(at(name) + "[" + items.size() + "]", item));
    }
    return items;
  }

  List<Integer> numbers(String name) {
    List<Integer> numbers = new ArrayList<>();
    get(name).forEach(n -> numbers.add(n.asInt()));
    return numbers;
  }

  List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    get(name).forEach(n -> texts.add(n.asString()));
    return texts;
  }

  List<String> names() {
    return List.copyOf(json.propertyNames());
  }

  String text(String name) {
    JsonNode value = get(name);
    if (!value.isString()) {
      throw wrong(at(name), value + " (expected: a text)");
    }
    return value.asString();
  }

  String text(String name, String otherwise) {
    return get(name) instanceof MissingNode ? otherwise : text(name);
  }

  double number(String name, double otherwise) {
    JsonNode value = get(name);
    if (!value.isMissingNode() && !value.isNumber()) {
      throw wrong(at(name), value + " (expected: a number)");
    }
    return value.asDouble(otherwise);
  }

  double share(String name) {
    double share = number(name, 0);
    if (share < 0 || share > 1) {
      throw wrong(at(name), share + " (expected: 0 to 1)");
    }
    return share;
  }

  boolean has(String name) {
    return !get(name).isMissingNode();
  }

  /** An object of values and how often each occurs. */
  Shares shares(String name) {
    Fields values = object(name);
    Map<String, Double> weights = new LinkedHashMap<>();
    for (String value : values.names()) {
      double weight = values.number(value, 0);
      if (weight < 0) {
        throw wrong(at(name) + "." + value, weight + " (expected: >= 0)");
      }
      weights.put(value, weight);
    }
    if (weights.isEmpty()) {
      throw wrong(at(name), "empty (expected: a value with its share, or more)");
    }
    return new Shares(weights);
  }

  boolean flag(String name) {
    return get(name).asBoolean(false);
  }

  /** In microseconds; a minus is taken. */
  long micros(String name, String otherwise) {
    String text = text(name, otherwise);
    try {
      boolean before = text.startsWith("-");
      long micros = Durations.parse(before ? text.substring(1) : text).toNanos() / 1000;
      return before ? -micros : micros;
    } catch (IllegalArgumentException e) {
      throw wrong(at(name), String.valueOf(e.getMessage()));
    }
  }

  /** To be called when all that is known was asked for. */
  void end() {
    for (String name : json.propertyNames()) {
      if (!asked.contains(name)) {
        throw wrong(at(name), "unknown (expected: one of " + new java.util.TreeSet<>(asked) + ")");
      }
    }
  }

  private String at(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  static VagusException wrong(String field, String what) {
    return new VagusException(ErrorCode.INVALID_SETTING, "profile: " + field + ": " + what);
  }
}
