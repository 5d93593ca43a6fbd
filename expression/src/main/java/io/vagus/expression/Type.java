package io.vagus.expression;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** What a condition may expect of a name. */
public sealed interface Type {

  /** One value. */
  enum Plain implements Type {
    NUMBER,
    INTEGER,
    BOOLEAN,
    TEXT,
    TIME,
    DURATION,
    TEXTS,
    /** A list of numbers. */
    NUMBERS,
    /** Anything that JSON can say; its numbers are numbers, never integers. */
    ANY,
    /** A JSON object. */
    DOCUMENT
  }

  /**
   * Named values.
   *
   * @param what they are, for people: {@code metric}
   */
  record Fields(String what, Map<String, Type> of) implements Type {
    public Fields {
      of = Collections.unmodifiableMap(new LinkedHashMap<>(new TreeMap<>(of)));
    }
  }

  /** A metric's newest reading. */
  static Type reading(Plain value) {
    return new Fields(
        "field of a reading",
        Map.of("value", value, "time", Plain.TIME, "age", Plain.DURATION, "quality", Plain.TEXTS));
  }
}
