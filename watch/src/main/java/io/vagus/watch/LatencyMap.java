package io.vagus.watch;

/**
 * How delivery latency was spread over time, a row for each step, the newest last.
 *
 * @param fromMicros when the first step began
 * @param boundsMillis upper bound of each column but the last, included
 * @param counts messages by step and column
 */
public record LatencyMap(int stepSeconds, long fromMicros, long[] boundsMillis, long[][] counts) {}
