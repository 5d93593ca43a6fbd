package io.vagus.model;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What is looked for in a metric's readings: the signs of a sensor that fails. A kind that is not
 * given is not looked for.
 */
public record SensorFaults(
    Optional<Stuck> stuck, Optional<Spike> spike, Optional<Noise> noise, Optional<Bias> bias) {
  public static final SensorFaults NONE =
      new SensorFaults(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  public boolean isNone() {
    return stuck.isEmpty() && spike.isEmpty() && noise.isEmpty() && bias.isEmpty();
  }

  /**
   * The same value over and over.
   *
   * @param after that long
   * @param readings and in so many of them
   */
  public record Stuck(Duration after, int readings) {
    public static final Stuck DEFAULT = new Stuck(Duration.ofMinutes(10), 10);

    public Stuck {
      requireTime("stuck.after", after);
      require(readings >= 3 && readings <= 100_000, "stuck.readings", readings, "3 to 100000");
    }
  }

  /**
   * A single value far off those before it.
   *
   * @param factor how far, in usual differences between one reading and the next
   * @param usual that difference, in the metric's unit; empty: learned of the device
   */
  public record Spike(double factor, OptionalDouble usual) {
    public static final Spike DEFAULT = new Spike(10, OptionalDouble.empty());

    public Spike {
      requireFactor("spike.factor", factor);
      usual.ifPresent(value -> requirePositive("spike.usual", value));
    }
  }

  /**
   * More scatter than usual.
   *
   * @param factor how much more
   * @param usual the difference between one reading and the next; empty: learned of the device
   */
  public record Noise(double factor, OptionalDouble usual) {
    public static final Noise DEFAULT = new Noise(4, OptionalDouble.empty());

    public Noise {
      requireFactor("noise.factor", factor);
      usual.ifPresent(value -> requirePositive("noise.usual", value));
    }
  }

  /**
   * Off from what it should show.
   *
   * @param tolerance in the metric's unit
   * @param after off for that long
   */
  public record Bias(Reference reference, double tolerance, Duration after) {
    public static final Duration DEFAULT_AFTER = Duration.ofMinutes(10);

    public Bias {
      requirePositive("bias.tolerance", tolerance);
      requireTime("bias.after", after);
    }
  }

  /** What a biased sensor is compared with. */
  public sealed interface Reference {
    /** Always the same. */
    record Expected(double value) implements Reference {}

    /** Another metric of the device. */
    record Sibling(String metric) implements Reference {}

    /**
     * A metric of another device of the same asset.
     *
     * @param relation as rules name it: {@code fed-by}, {@code within}, …
     */
    record Related(String relation, String metric) implements Reference {}
  }

  private static void requireTime(String what, Duration value) {
    require(
        value.compareTo(Duration.ofSeconds(1)) >= 0 && value.compareTo(Duration.ofDays(7)) <= 0,
        what,
        value,
        "1s to 7d");
  }

  private static void requireFactor(String what, double value) {
    require(value > 1 && value <= 1000, what, value, "> 1, <= 1000");
  }

  private static void requirePositive(String what, double value) {
    require(value > 0 && Double.isFinite(value), what, value, "> 0");
  }

  private static void require(boolean holds, String what, Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(
          "faults.%s: %s (expected: %s)".formatted(what, value, expected));
    }
  }
}
