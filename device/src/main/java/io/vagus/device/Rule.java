package io.vagus.device;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A rule that the device follows by itself, with or without a network: when its trigger says so the
 * actuator goes on, and off again.
 *
 * @param actuator the metric that tells what was done: true for on; interlocks of the desired field
 *     of this name speak for it too
 * @param act does it; called on the thread that handed the reading over
 */
public record Rule(Trigger trigger, String actuator, Consumer<Boolean> act) {

  /** What decides. */
  public sealed interface Trigger {}

  /**
   * Over the threshold on, below the other bound off again; between the two nothing changes.
   *
   * @param metric whose readings decide
   */
  public record Threshold(String metric, double on, double off) implements Trigger {
    public Threshold {
      if (!(off <= on)) {
        throw new IllegalArgumentException(
            metric + ": off " + off + " (expected: <= on, which is " + on + ")");
      }
    }
  }

  /**
   * A condition in CEL, the same text with the same answer as in a rule on the server; needs {@code
   * io.vagus:expression} on the class path. Where it cannot be told, nothing changes.
   *
   * @param when it goes on
   * @param clear it goes off; empty: when {@code when} holds no more
   * @param metrics types of the metrics that it may look at: number, integer, boolean or text
   * @param functions modules whose functions it may call; needs {@code io.vagus:function}
   */
  public record Condition(
      String when, Optional<String> clear, Map<String, String> metrics, List<Module> functions)
      implements Trigger {
    public Condition {
      metrics = Map.copyOf(metrics);
      functions = List.copyOf(functions);
    }
  }

  /**
   * Functions in WebAssembly, as they are stored on the server.
   *
   * @param name that the condition calls them by: {@code name.function(…)}
   * @param manifest as JSON
   */
  public record Module(String name, byte[] wasm, String manifest) {}

  /**
   * @param on above this
   * @param off below this; between the two nothing changes
   */
  public Rule(String metric, double on, double off, String actuator, Consumer<Boolean> act) {
    this(new Threshold(metric, on, off), actuator, act);
  }
}
