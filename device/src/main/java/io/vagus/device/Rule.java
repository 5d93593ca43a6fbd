package io.vagus.device;

import java.util.function.Consumer;

/**
 * A rule that the device follows by itself, with or without a network: over the threshold the
 * actuator goes on, below the other bound off again.
 *
 * @param metric whose readings decide
 * @param on above this
 * @param off below this; between the two nothing changes
 * @param actuator the metric that tells what was done: true for on; interlocks of the desired field
 *     of this name speak for it too
 * @param act does it; called on the thread that handed the reading over
 */
public record Rule(String metric, double on, double off, String actuator, Consumer<Boolean> act) {
  public Rule {
    if (!(off <= on)) {
      throw new IllegalArgumentException(
          metric + ": off " + off + " (expected: <= on, which is " + on + ")");
    }
  }
}
