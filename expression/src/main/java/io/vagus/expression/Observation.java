package io.vagus.expression;

import java.time.Instant;
import java.util.List;

/**
 * A metric's newest reading.
 *
 * @param value a Number, a Boolean or a String
 * @param quality its flags; none when all is well
 */
public record Observation(Object value, Instant time, List<String> quality) {
  public Observation {
    quality = List.copyOf(quality);
  }
}
