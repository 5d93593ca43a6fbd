package io.vagus.watch;

/**
 * What happened in each step of time, the newest last.
 *
 * @param fromMicros when the first step began
 * @param values by {@link Series}
 */
public record History(int stepSeconds, long fromMicros, long[][] values) {

  /** What is counted in each step. */
  public enum Series {
    RECEIVED,
    ACCEPTED,
    REJECTED,
    DEAD_LETTERED,
    DUPLICATE,
    /** Devices, at the step's end. */
    CONNECTED
  }

  public long[] of(Series series) {
    return values[series.ordinal()];
  }
}
