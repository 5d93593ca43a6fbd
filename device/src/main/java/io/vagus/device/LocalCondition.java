package io.vagus.device;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** What decides over a local rule. Thread-safe. */
interface LocalCondition {

  /**
   * Whether its actuator is to be on; empty: nothing says so, either way.
   *
   * @param measured values of just now, by metric
   * @param on whether it is
   */
  Optional<Boolean> judge(Map<String, ?> measured, boolean on, Known known, Instant now);

  /** An INVALID_REQUEST says what is wrong with it, or what the class path lacks. */
  static LocalCondition of(Rule.Trigger trigger, String device) {
    return switch (trigger) {
      case Rule.Threshold threshold -> new OverThreshold(threshold);
      case Rule.Condition condition -> cel(condition, device);
    };
  }

  private static LocalCondition cel(Rule.Condition condition, String device) {
    try {
      return new CelCondition(condition, device);
    } catch (NoClassDefFoundError e) {
      throw new VagusException(
          ErrorCode.INVALID_REQUEST,
          "rule \""
              + condition.when()
              + "\": the class path lacks "
              + e.getMessage()
              + " (expected: io.vagus:expression, and io.vagus:function for functions)",
          e);
    }
  }

  /** With a hysteresis. */
  record OverThreshold(Rule.Threshold of) implements LocalCondition {
    @Override
    public Optional<Boolean> judge(Map<String, ?> measured, boolean on, Known known, Instant now) {
      return measured.get(of.metric()) instanceof Number value
          ? Optional.of(value.doubleValue() > (on ? of.off() : of.on()))
          : Optional.empty();
    }
  }
}
