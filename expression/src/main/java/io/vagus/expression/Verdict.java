package io.vagus.expression;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of a condition.
 *
 * @param why it cannot be told; else empty
 * @param seen each value it looks at, by path: a Number, a Boolean or a String; null: missing
 */
public record Verdict(Outcome outcome, String why, Map<String, @Nullable Object> seen) {

  /** Whether it is so. */
  public enum Outcome {
    HOLDS,
    FAILS,
    /** A value is missing, too old, or not what the condition needs. */
    UNKNOWN
  }
}
