package io.vagus.rule;

/**
 * How fast a rule decides, since the process began.
 *
 * @param decided from the receipt of the message, or the mark, to a firing that is durable
 * @param sinceEvent the same from the reading's own time, or the window's close
 * @param firedPerMinute over the last five minutes
 * @param lagRecords durable records of the journal that it has not seen yet
 */
public record RuleStats(
    Latency decided, Latency sinceEvent, double firedPerMinute, long lagRecords) {

  /** Percentiles, each no less than what it is of and up to a fifth more. */
  public record Latency(long count, double p50Millis, double p95Millis, double p99Millis) {}
}
