package io.vagus.fleet;

/**
 * Something wrong with a device, for a time.
 *
 * @param metric whose values it changes; empty for {@link Kind#SILENCE}
 * @param size how much, in the metric's unit; of a spike its height
 * @param onsetMicros after the start of the run; negative for before it
 * @param lastingMicros how long; 0: without end
 * @param everyMicros it comes back so often, before the start too; 0: once
 */
record Fault(
    Kind kind, String metric, double size, long onsetMicros, long lastingMicros, long everyMicros) {
  /** In one of so many values: a spike. */
  private static final double SPIKES = 0.04;

  enum Kind {
    /** The value of the onset, over and over. */
    STUCK,
    /** A single value far off, now and then. */
    SPIKE,
    /** Off by a fixed amount. */
    BIAS,
    /** A scatter that was not there. */
    NOISE,
    /** Nothing is sent. */
    SILENCE
  }

  /**
   * @param elapsedMicros since the start of the run
   */
  boolean isActive(long elapsedMicros) {
    long since = elapsedMicros - onsetMicros;
    if (everyMicros > 0) {
      return Math.floorMod(since, everyMicros) < lastingMicros;
    }
    return since >= 0 && (lastingMicros == 0 || since < lastingMicros);
  }

  /** When it set in that is active now, since the start of the run. */
  private long onset(long elapsedMicros) {
    return everyMicros > 0
        ? elapsedMicros - Math.floorMod(elapsedMicros - onsetMicros, everyMicros)
        : onsetMicros;
  }

  /** What the sensor shows while the fault is active. */
  double shown(double value, long micros, long startMicros, Signal signal, Dice dice) {
    return switch (kind) {
      case STUCK -> signal.at(startMicros + onset(micros - startMicros), dice);
      case SPIKE -> dice.of("spike").uniform(micros) < SPIKES ? value + size : value;
      case BIAS -> value + size;
      case NOISE -> value + size * dice.of("fault").normal(micros);
      case SILENCE -> value;
    };
  }
}
