package io.vagus.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.model.Quality;
import io.vagus.model.SensorFaults;
import io.vagus.model.SensorFaults.Bias;
import io.vagus.model.SensorFaults.Noise;
import io.vagus.model.SensorFaults.Reference;
import io.vagus.model.SensorFaults.Spike;
import io.vagus.model.SensorFaults.Stuck;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Row 11, one sensor: each fault within a stated number of readings, and few false alarms. */
@Timeout(60)
class SensorStateTest {
  private static final long CADENCE_MICROS = 10_000_000;
  private static final int HEALTHY = 400;
  private static final SensorFaults ALL =
      new SensorFaults(
          Optional.of(Stuck.DEFAULT),
          Optional.of(Spike.DEFAULT),
          Optional.of(Noise.DEFAULT),
          Optional.of(new Bias(new Reference.Expected(50), 5, Duration.ofMinutes(5))));

  /** A level with a slow wave and noise of deviation 0.3, rounded to a tenth. */
  private static IntToDoubleFunction healthy(Random random) {
    return i ->
        Math.round(10 * (50 + 3 * Math.sin(i / 300.0) + 0.3 * random.nextGaussian())) / 10.0;
  }

  /** Readings until the fault was flagged; -1: never. */
  private static int found(int fault, IntToDoubleFunction signal, int from, int count) {
    SensorState sensor = new SensorState();
    for (int i = 0; i < from + count; i++) {
      int flags =
          sensor.judge(signal.applyAsDouble(i), i * CADENCE_MICROS, ALL, OptionalDouble.of(50));
      if (i >= from && (flags & fault) != 0) {
        return i - from + 1;
      }
    }
    return -1;
  }

  @Test
  void findsEachFaultWithinItsTime() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      IntToDoubleFunction well = healthy(random);
      assertThat(
              found(Quality.STUCK, i -> i < HEALTHY ? well.applyAsDouble(i) : 51.2, HEALTHY, 100))
          .as("stuck, seed %d", seed)
          .isBetween(60, 61);
      assertThat(
              found(
                  Quality.SPIKE,
                  i -> well.applyAsDouble(i) + (i == HEALTHY + 5 ? 8 : 0),
                  HEALTHY,
                  20))
          .as("spike, seed %d", seed)
          .isEqualTo(6);
      assertThat(
              found(
                  Quality.NOISE,
                  i -> well.applyAsDouble(i) + (i < HEALTHY ? 0 : 3 * random.nextGaussian()),
                  HEALTHY,
                  100))
          .as("noise, seed %d", seed)
          .isBetween(3, 60);
      assertThat(
              found(
                  Quality.BIAS, i -> well.applyAsDouble(i) + (i < HEALTHY ? 0 : 10), HEALTHY, 100))
          .as("bias, seed %d", seed)
          .isBetween(30, 50);
    }
  }

  @Test
  void aHealthySensorIsFlaggedLessThanOnceInAHundredThousandReadings() {
    int flagged = 0;
    int lasting = 0;
    for (int seed = 0; seed < 50; seed++) {
      SensorState sensor = new SensorState();
      IntToDoubleFunction well = healthy(new Random(seed));
      for (int i = 0; i < 8640; i++) {
        boolean before = sensor.faults() != 0;
        int flags =
            sensor.judge(well.applyAsDouble(i), i * CADENCE_MICROS, ALL, OptionalDouble.of(50));
        flagged += flags == 0 ? 0 : 1;
        lasting += !before && sensor.faults() != 0 ? 1 : 0;
      }
    }
    assertThat(flagged).as("of 432 000").isLessThanOrEqualTo(4);
    assertThat(lasting).as("tickets in 50 days").isZero();
  }

  @Test
  void isWellAgainWhenTheFaultIsOver() {
    for (int seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      IntToDoubleFunction well = healthy(random);
      SensorState sensor = new SensorState();
      for (int i = 0; i < 2000; i++) {
        double value = well.applyAsDouble(i);
        if (i >= 400 && i < 500) {
          value += 4 * random.nextGaussian();
        } else if (i >= 700 && i < 800) {
          value = 50.1;
        } else if (i >= 1000 && i < 1100) {
          value += 12;
        }
        sensor.judge(value, i * CADENCE_MICROS, ALL, OptionalDouble.of(50));
        if (i == 499 || i == 799 || i == 1099) {
          assertThat(sensor.faults()).as("seed %d, reading %d", seed, i).isNotZero();
        }
      }
      assertThat(sensor.faults()).as("seed %d", seed).isZero();
    }
  }

  @Test
  void aLevelThatLastsIsNoFault() {
    SensorState sensor = new SensorState();
    Random random = new Random(1);
    int flagged = 0;
    for (int i = 0; i < 1000; i++) {
      double level = i < 500 ? 20 : 40;
      int flags =
          sensor.judge(
              level + 0.3 * random.nextGaussian(), i * CADENCE_MICROS, ALL, OptionalDouble.empty());
      flagged += flags == 0 ? 0 : 1;
      assertThat(sensor.faults()).as("reading %d", i).isZero();
    }
    assertThat(flagged).isBetween(1, 3);
  }

  @Test
  void aSensorOfFewDigitsThatMostlyStandsStillMayMoveAStep() {
    SensorState sensor = new SensorState();
    for (int i = 0; i < 2000; i++) {
      double value = 20 + 0.1 * (i / 40 % 10);
      int flags = sensor.judge(value, i * CADENCE_MICROS, ALL, OptionalDouble.empty());
      assertThat(flags).as("reading %d", i).isZero();
    }
  }

  @Test
  void afterASilenceTheSignalMayBeAnywhere() {
    SensorState sensor = new SensorState();
    Random random = new Random(2);
    for (int i = 0; i < 800; i++) {
      long time = i * CADENCE_MICROS + (i < 400 ? 0 : 7200L * 1_000_000);
      double level = i < 400 ? 20 : 60;
      int flags =
          sensor.judge(level + 0.3 * random.nextGaussian(), time, ALL, OptionalDouble.empty());
      assertThat(flags).as("reading %d", i).isZero();
    }
  }

  @Test
  void isTheSameFromItsBytes() {
    SensorState one = new SensorState();
    Random random = new Random(3);
    for (int i = 0; i < 900; i++) {
      double value =
          i > 800 ? 50 : 50 + (i > 400 ? 5 : 0.3) * random.nextGaussian() + (i % 90 == 0 ? 30 : 0);
      SensorState other = copy(one);
      OptionalDouble reference = OptionalDouble.of(47);
      int flags = one.judge(value, i * CADENCE_MICROS, ALL, reference);
      assertThat(other.judge(value, i * CADENCE_MICROS, ALL, reference)).isEqualTo(flags);
      assertThat(other.faults()).isEqualTo(one.faults());
      one = other;
    }
  }

  private static SensorState copy(SensorState state) {
    Bytes bytes = Bytes.ofCapacity(16);
    state.write(bytes);
    return SensorState.read(Bytes.wrap(bytes.array(), 0, bytes.position()));
  }
}
