package io.vagus.sink;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How long something is tried: after each failure twice as long as before, half of it by chance, so
 * that many who wait for one do not come back at once.
 *
 * @param first wait
 * @param most wait, unless the other side asks for more
 * @param giveUp after which a delivery is a dead letter
 */
record Patience(Duration first, Duration most, Duration giveUp) {
  private static final Duration MOST_ASKED = Duration.ofHours(1);
  private static final int DOUBLINGS = 20;

  /** Tries that one delivery may spoil while others of its sink arrive. */
  static final int ATTEMPTS_BESIDE_OTHERS = 10;

  Patience(Duration giveUp) {
    this(Duration.ofMillis(200), Duration.ofSeconds(30), giveUp);
  }

  /**
   * @param attempt that failed, from 1
   * @param asked by the other side
   */
  Duration wait(int attempt, Optional<Duration> asked, RandomGenerator random) {
    long doubled = first.toNanos() << Math.min(attempt - 1, DOUBLINGS);
    long nanos = doubled <= 0 ? most.toNanos() : Math.min(doubled, most.toNanos());
    Duration own = Duration.ofNanos(nanos / 2 + random.nextLong(nanos / 2 + 1));
    Duration theirs = asked.filter(a -> a.compareTo(own) > 0).orElse(own);
    return theirs.compareTo(MOST_ASKED) > 0 && asked.isPresent() ? MOST_ASKED : theirs;
  }
}
