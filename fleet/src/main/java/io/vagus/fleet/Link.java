package io.vagus.fleet;

/**
 * What is between a device and the server.
 *
 * @param loss share of messages that never arrive, 0 to 1
 * @param duplicates share that is sent a second time, with the same id
 * @param late share that is kept back, and so arrives after younger ones
 * @param latencyMicros mean time on the way; exponentially spread
 * @param disconnectsPerHour how often the link breaks
 */
record Link(
    double loss, double duplicates, double late, long latencyMicros, double disconnectsPerHour) {
  /** Loses and delays nothing. */
  static final Link STRAIGHT = new Link(0, 0, 0, 0, 0);

  private static final long HELD_BACK = 45_000_000;

  /** How one message fares. */
  record Passage(boolean lost, boolean twice, long delayMicros) {}

  /** As this, or as the other where that is worse. */
  Link orWorse(Link other) {
    return new Link(
        Math.max(loss, other.loss),
        Math.max(duplicates, other.duplicates),
        Math.max(late, other.late),
        Math.max(latencyMicros, other.latencyMicros),
        Math.max(disconnectsPerHour, other.disconnectsPerHour));
  }

  Passage passage(long message, Dice dice) {
    double delay = -Math.log(1 - dice.of("latency").uniform(message)) * latencyMicros;
    if (dice.of("late").uniform(message) < late) {
      delay += HELD_BACK * (0.5 + dice.of("held").uniform(message));
    }
    return new Passage(
        dice.of("loss").uniform(message) < loss,
        dice.of("twice").uniform(message) < duplicates,
        (long) delay);
  }
}
