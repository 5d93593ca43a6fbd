package io.vagus.fleet;

/**
 * Chance that can be asked again: the same seed and the same question give the same answer, in any
 * order. So a device's life needs no memory, and a restart goes on where it was. The mixing is
 * SplitMix64's (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
 */
record Dice(long seed) {
  Dice of(String purpose) {
    return new Dice(mix(seed ^ mix(purpose.hashCode() * 0x9E3779B97F4A7C15L)));
  }

  /** From 0 up to, not including, 1. */
  double uniform(long question) {
    return (mix(seed + mix(question)) >>> 11) * 0x1.0p-53;
  }

  /** Normal with mean 0 and deviation 1, by Box and Muller. */
  double normal(long question) {
    double radius = Math.sqrt(-2 * Math.log(1 - uniform(question)));
    return radius * Math.cos(2 * Math.PI * uniform(~question));
  }

  /** A curve through normal values that lie {@code period} apart; wanders without a jump. */
  double wander(long micros, long periodMicros) {
    long slot = Math.floorDiv(micros, periodMicros);
    double part = (double) Math.floorMod(micros, periodMicros) / periodMicros;
    double ease = part * part * (3 - 2 * part);
    return normal(slot) * (1 - ease) + normal(slot + 1) * ease;
  }

  private static long mix(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
