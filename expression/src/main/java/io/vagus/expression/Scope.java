package io.vagus.expression;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** The names that a condition may use. */
public record Scope(Map<String, Type> variables) {
  public static final String READINGS = "readings";
  public static final String ARGUMENTS = "args";
  public static final String DESIRED = "desired";
  public static final String REPORTED = "reported";
  public static final String DEVICE = "device";
  public static final String NOW = "now";
  public static final String VALUE = "value";

  public Scope {
    variables = Collections.unmodifiableMap(new TreeMap<>(variables));
  }

  /**
   * What is known of any device of a product.
   *
   * @param metrics what it measures, by name
   */
  public static Scope ofDevice(Map<String, Type.Plain> metrics) {
    Map<String, Type> readings = new TreeMap<>();
    metrics.forEach((name, type) -> readings.put(name, Type.reading(type)));
    return new Scope(
        Map.of(
            READINGS,
            new Type.Fields("metric", readings),
            DESIRED,
            Type.Plain.DOCUMENT,
            REPORTED,
            Type.Plain.DOCUMENT,
            DEVICE,
            new Type.Fields(
                "field of a device", Map.of("id", Type.Plain.TEXT, "product", Type.Plain.TEXT)),
            NOW,
            Type.Plain.TIME));
  }

  /** With a command's arguments. */
  public Scope withArguments(Map<String, Type.Plain> arguments) {
    return with(ARGUMENTS, new Type.Fields("argument", Map.copyOf(arguments)));
  }

  /** With the value that a field is to get. */
  public Scope withValue() {
    return with(VALUE, Type.Plain.ANY);
  }

  /** With one more variable: {@code windows}, say, of Fields within Fields. */
  public Scope with(String name, Type type) {
    Map<String, Type> more = new TreeMap<>(variables);
    more.put(name, type);
    return new Scope(more);
  }
}
