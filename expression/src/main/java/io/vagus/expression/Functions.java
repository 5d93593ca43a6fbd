package io.vagus.expression;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a text may call beside what CEL brings. Immutable; compiled expressions keep the functions
 * that they were compiled with.
 */
public record Functions(Map<String, Function> byName) {
  public static final Functions NONE = new Functions(Map.of());

  /** {@code module.function}: a name of two parts is none of CEL's own. */
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*\\.[a-z][a-z0-9_]*");

  public Functions {
    byName.keySet().forEach(Functions::requireName);
    byName = Collections.unmodifiableMap(new TreeMap<>(byName));
  }

  private static void requireName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "function name: " + name + " (expected: module.function in a to z, 0 to 9, _)");
    }
  }

  /** These and those; those win where both have a name. */
  public Functions and(Functions others) {
    Map<String, Function> all = new TreeMap<>(byName);
    all.putAll(others.byName);
    return new Functions(all);
  }
}
