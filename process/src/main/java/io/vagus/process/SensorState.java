package io.vagus.process;

import io.vagus.model.Quality;
import io.vagus.model.SensorFaults;
import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * Judges one sensor by its readings in their order: some 120 bytes, whatever their number. Not
 * thread-safe.
 *
 * <p>The yardstick is the usual difference between one reading and the next, a running mean of
 * absolute differences: they are hardly moved by what the signal does slowly. Each difference
 * counts for no more than {@link #CLIP} usual ones, and while the sensor is noisy none does, so
 * that a fault does not become the usual. It is never below the smallest step seen, for a sensor of
 * few digits mostly does not move at all. (Clipping as in Huber's estimators, "Robust Statistics",
 * 1981.)
 *
 * <ul>
 *   <li>stuck: equal values, long enough and enough of them;
 *   <li>spike: too far from the median of the five before, which a spike or two do not move; a
 *       level that lasts is the usual one from the third reading on;
 *   <li>noise: the mean difference of late, over some {@link #RECENT} readings, is several times
 *       the usual one; over when it is back to half of that;
 *   <li>bias: the mean distance from the reference stays beyond the tolerance long enough; over
 *       when it is within two thirds of it.
 * </ul>
 *
 * After a silence of more than {@link #SILENCES} usual ones the signal may be anywhere: what came
 * before says nothing about spikes.
 */
final class SensorState {
  /** Readings before there is a usual difference. */
  private static final int LEARNING = 30;

  private static final double CLIP = 8;
  private static final double LONG = 256;
  private static final double RECENT = 12;
  private static final double SILENCES = 5;
  private static final int BEFORE = 5;

  /** So many spikes among the last hundred or so readings are no chance. */
  private static final double MANY_SPIKES = 2.5;

  private static final double FEW_SPIKES = 0.5;
  private static final double SPIKE_MEMORY = 128;
  private static final double BIAS_MEMORY = 16;
  private static final long NEVER = Long.MIN_VALUE;

  private int count;
  private double last = Double.NaN;
  private long lastMicros;
  private double interval;
  private long sameSinceMicros;
  private int same;
  private double usual;
  private double step;
  private double recent;
  private double spikes;
  private boolean inSpike;
  private double offset;
  private int compared;
  private long offSinceMicros = NEVER;
  private int faults;
  private final double[] before = new double[BEFORE];
  private int beforeCount;

  /** Faults that last, as bits of {@link Quality}; a spike among them when there were several. */
  int faults() {
    return faults;
  }

  /**
   * Takes in the next reading.
   *
   * @param timeMicros not before the one before
   * @param reference what it should show; empty: nothing tells
   * @return bits of {@link Quality} for it
   */
  int judge(double value, long timeMicros, SensorFaults looked, OptionalDouble reference) {
    boolean resumed = count == 0 || isAfterSilence(timeMicros);
    beforeCount = resumed ? 0 : beforeCount;
    double difference = resumed ? 0 : Math.abs(value - last);
    boolean stuck = looked.stuck().map(s -> isStuck(value, timeMicros, s)).orElse(false);
    boolean spike = looked.spike().map(s -> isSpike(value, s)).orElse(false);
    boolean noise = looked.noise().map(n -> isNoisy(difference, resumed, n)).orElse(false);
    boolean bias = looked.bias().map(b -> isBiased(value, timeMicros, b, reference)).orElse(false);
    if (!resumed && !noise && !spike) {
      learn(difference);
    }
    boolean spiky = countSpike(spike);
    pass(value, timeMicros);
    int lasting =
        (stuck ? Quality.STUCK : 0) | (bias ? Quality.BIAS : 0) | (noise ? Quality.NOISE : 0);
    faults = lasting | (spiky ? Quality.SPIKE : 0);
    return lasting | (spike ? Quality.SPIKE : 0);
  }

  /** Those that follow one another are one: a level that lasts. */
  private boolean countSpike(boolean spike) {
    spikes += (spike && !inSpike ? 1 : 0) - spikes / SPIKE_MEMORY;
    inSpike = spike;
    return spikes > (has(Quality.SPIKE) ? FEW_SPIKES : MANY_SPIKES);
  }

  private boolean has(int fault) {
    return (faults & fault) != 0;
  }

  private boolean isAfterSilence(long timeMicros) {
    double since = timeMicros - lastMicros;
    if (interval > 0 && since > SILENCES * interval) {
      return true;
    }
    interval += (since - interval) / Math.min(count, RECENT);
    return false;
  }

  private boolean isStuck(double value, long timeMicros, SensorFaults.Stuck stuck) {
    if (value != last) {
      same = 0;
      sameSinceMicros = timeMicros;
    }
    same++;
    return same >= stuck.readings()
        && timeMicros - sameSinceMicros >= stuck.after().toNanos() / 1000;
  }

  private boolean isSpike(double value, SensorFaults.Spike spike) {
    if (beforeCount < 3 || has(Quality.NOISE) || (count < LEARNING && spike.usual().isEmpty())) {
      return false;
    }
    double most = spike.factor() * usual(spike.usual());
    return most > 0 && Math.abs(value - median()) > most;
  }

  private double median() {
    double[] sorted = Arrays.copyOf(before, Math.min(beforeCount, BEFORE));
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private double usual(OptionalDouble declared) {
    return declared.orElse(usual());
  }

  private boolean isNoisy(double difference, boolean resumed, SensorFaults.Noise noise) {
    double most = usual(noise.usual());
    if (resumed || (count < LEARNING && noise.usual().isEmpty())) {
      return has(Quality.NOISE);
    }
    recent += (Math.min(difference, 2 * noise.factor() * most) - recent) / RECENT;
    return recent > most * (has(Quality.NOISE) ? noise.factor() / 2 : noise.factor());
  }

  private boolean isBiased(
      double value, long timeMicros, SensorFaults.Bias bias, OptionalDouble reference) {
    if (reference.isEmpty()) {
      return has(Quality.BIAS);
    }
    compared = Math.min(compared + 1, (int) BIAS_MEMORY);
    offset += (value - reference.getAsDouble() - offset) / compared;
    double most = has(Quality.BIAS) ? bias.tolerance() * 2 / 3 : bias.tolerance();
    if (Math.abs(offset) <= most) {
      offSinceMicros = NEVER;
      return false;
    }
    offSinceMicros = offSinceMicros == NEVER ? timeMicros : offSinceMicros;
    return has(Quality.BIAS)
        || (compared >= BIAS_MEMORY / 2
            && timeMicros - offSinceMicros >= bias.after().toNanos() / 1000);
  }

  private void learn(double difference) {
    double counted = count < BEFORE ? difference : Math.min(difference, CLIP * usual());
    usual += (counted - usual) / Math.min(count, LONG);
    if (difference > 0) {
      step = step == 0 ? difference : Math.min(step, difference);
    }
  }

  private void pass(double value, long timeMicros) {
    count = Math.min(count + 1, Integer.MAX_VALUE - 1);
    last = value;
    lastMicros = timeMicros;
    before[beforeCount % BEFORE] = value;
    beforeCount = beforeCount + 1 < 2 * BEFORE ? beforeCount + 1 : BEFORE;
  }

  private double usual() {
    return Math.max(usual, step);
  }

  void write(Bytes out) {
    out.putInt(count).putInt(same).putInt(compared).putInt(faults).putInt(beforeCount);
    out.putLong(lastMicros).putLong(sameSinceMicros).putLong(offSinceMicros);
    out.putDouble(last).putDouble(interval).putDouble(usual).putDouble(step);
    out.putDouble(recent).putDouble(spikes).putDouble(offset).putByte(inSpike ? 1 : 0);
    for (double value : before) {
      out.putDouble(value);
    }
  }

  static SensorState read(Bytes in) {
    SensorState state = new SensorState();
    state.count = in.getInt();
    state.same = in.getInt();
    state.compared = in.getInt();
    state.faults = in.getInt();
    state.beforeCount = in.getInt();
    state.lastMicros = in.getLong();
    state.sameSinceMicros = in.getLong();
    state.offSinceMicros = in.getLong();
    state.last = in.getDouble();
    state.interval = in.getDouble();
    state.usual = in.getDouble();
    state.step = in.getDouble();
    state.recent = in.getDouble();
    state.spikes = in.getDouble();
    state.offset = in.getDouble();
    state.inSpike = in.getByte() != 0;
    for (int i = 0; i < BEFORE; i++) {
      state.before[i] = in.getDouble();
    }
    return state;
  }
}
