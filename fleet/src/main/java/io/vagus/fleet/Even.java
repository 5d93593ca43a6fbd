package io.vagus.fleet;

import java.util.stream.IntStream;

/**
 * Numbers from 0 to 1 that fill the range evenly as the device number grows, so that a hundred
 * devices have the shares that chance would give ten thousand: multiples of irrational steps
 * (Weyl's equidistribution, 1916). Each question has a step of its own, the root of a prime, so
 * that the answers to two questions do not go together.
 */
record Even(Dice dice, int number) {
  private static final double[] STEPS =
      IntStream.iterate(2, n -> n + 1)
          .filter(n -> IntStream.rangeClosed(2, (int) Math.sqrt(n)).allMatch(d -> n % d != 0))
          .limit(128)
          .mapToDouble(Math::sqrt)
          .toArray();

  double at(int question) {
    double value = dice.uniform(question) + number * STEPS[question % STEPS.length];
    return value - Math.floor(value);
  }
}
