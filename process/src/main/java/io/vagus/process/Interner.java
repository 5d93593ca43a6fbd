package io.vagus.process;

import java.util.HashMap;
import java.util.Map;

/** Makes equal names one string, a bounded number of them. Confined to one thread. */
final class Interner {
  private static final int MAX_NAMES = 65_536;

  private final Map<String, String> names = new HashMap<>();

  String intern(String name) {
    String known = names.get(name);
    if (known != null) {
      return known;
    }
    if (names.size() < MAX_NAMES) {
      names.put(name, name);
    }
    return name;
  }
}
