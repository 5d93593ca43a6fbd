package io.vagus.rule;

/**
 * What became of a rule since the process began.
 *
 * @param evaluated how often it was judged: not where it was known beforehand not to hold
 * @param matched how often its condition held
 * @param looped devices for which it was stopped
 * @param late readings that came after their window had closed
 * @param errors how often it could not be judged
 * @param lastError why it last could not be; empty: never
 * @param costMicros of judging it once
 * @param decided from the receipt of the message, or the mark, to a firing that is durable
 * @param sinceEvent the same from the reading's own time, or the window's close
 * @param lagRecords durable records of the journal that it has not seen yet
 */
public record RuleStats(
    long evaluated,
    long matched,
    long raised,
    long cleared,
    long looped,
    long late,
    long errors,
    String lastError,
    double costMicros,
    Latency decided,
    Latency sinceEvent,
    long lagRecords) {

  /** Percentiles, each no less than what it is of and up to a fifth more. */
  public record Latency(long count, double p50Millis, double p95Millis, double p99Millis) {}
}
