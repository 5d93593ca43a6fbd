package io.vagus.expression;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a device when a condition is judged. Documents hold what JSON can say: maps,
 * lists, Numbers, Booleans, Strings, null.
 *
 * @param readings the newest of each metric
 * @param more what this condition is about: a command's arguments, a field's value
 */
public record Situation(
    Instant now,
    String device,
    String product,
    Map<String, Observation> readings,
    Map<String, ? extends @Nullable Object> desired,
    Map<String, ? extends @Nullable Object> reported,
    Map<String, ? extends @Nullable Object> more) {

  /** The same, with what the condition is about. */
  public Situation with(Map<String, ? extends @Nullable Object> about) {
    return new Situation(now, device, product, readings, desired, reported, about);
  }
}
