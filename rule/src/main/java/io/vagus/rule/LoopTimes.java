package io.vagus.rule;

import java.util.Map;

/**
 * How long it takes from a reading to what a rule's command brings about.
 *
 * @param times by how far the command came
 */
public record LoopTimes(String rule, Map<Until, Times> times) {

  /** As the command's own record has it. */
  public enum Until {
    SENT,
    ACKNOWLEDGED,
    EXECUTED,
    VERIFIED
  }

  /** Milliseconds; the percentiles are of the last minutes. */
  public record Times(long count, double p50Millis, double p95Millis, double p99Millis) {}

  public LoopTimes {
    times = Map.copyOf(times);
  }
}
