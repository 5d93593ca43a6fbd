package io.vagus.model;

import java.util.OptionalDouble;

/**
 * One metric of a product.
 *
 * @param unit UCUM code, empty when it has none
 * @param min lowest value allowed, in that unit
 * @param max highest value allowed, in that unit
 * @param onViolation for a value outside {@code min} to {@code max}; a wrong type is always refused
 * @param faults signs of a failing sensor that are looked for; of numbers only
 */
public record MetricModel(
    String name,
    MetricType type,
    String unit,
    OptionalDouble min,
    OptionalDouble max,
    Violation onViolation,
    SensorFaults faults) {
  public static final int MAX_NAME_LENGTH = 128;

  public MetricModel {
    requireName(name);
    if (min.isPresent() && max.isPresent() && min.getAsDouble() > max.getAsDouble()) {
      throw new IllegalArgumentException(
          name + ".min: " + min.getAsDouble() + " (expected: <= max " + max.getAsDouble() + ")");
    }
    boolean isNumber = type == MetricType.NUMBER || type == MetricType.INTEGER;
    if (!faults.isNone() && !isNumber) {
      throw new IllegalArgumentException(
          name + ".faults: of type " + type + " (expected: none, or a number or integer)");
    }
  }

  /** Of which no faults are looked for. */
  public MetricModel(
      String name,
      MetricType type,
      String unit,
      OptionalDouble min,
      OptionalDouble max,
      Violation onViolation) {
    this(name, type, unit, min, max, onViolation, SensorFaults.NONE);
  }

  /** A metric's name: 1 to 128 printable characters of ASCII without space, quotes or comma. */
  public static boolean isValidName(String name) {
    if (name.isEmpty() || name.length() > MAX_NAME_LENGTH) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c <= ' ' || c > '~' || c == '"' || c == '\'' || c == ',') {
        return false;
      }
    }
    return true;
  }

  private static void requireName(String name) {
    if (!isValidName(name)) {
      throw new IllegalArgumentException(
          "metric: \""
              + (name.length() > MAX_NAME_LENGTH ? name.substring(0, MAX_NAME_LENGTH) + "…" : name)
              + "\" (expected: 1 to 128 printable ASCII characters without space, quotes, comma)");
    }
  }
}
