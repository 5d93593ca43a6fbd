package io.vagus.watch;

import io.vagus.kit.MonotonicClock;
import io.vagus.kit.WallClock;
import io.vagus.ledger.Balance;
import io.vagus.ledger.Ledger;

/** Looks at the ledger each second and ends the steps of what is kept over time. One thread. */
final class Sampler {
  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final long MINUTE_NANOS = 60 * SECOND_NANOS;

  private final Ledger ledger;
  private final Roster roster;
  private final LatencyHistory latencies;
  private final WallClock wall;
  private final MonotonicClock monotonic;
  private final Traffic traffic;
  private final long startNanos;
  private long steps;
  private long minutes;
  private volatile Balance balance;

  Sampler(
      Ledger ledger,
      Roster roster,
      LatencyHistory latencies,
      WallClock wall,
      MonotonicClock monotonic) {
    this.ledger = ledger;
    this.roster = roster;
    this.latencies = latencies;
    this.wall = wall;
    this.monotonic = monotonic;
    this.startNanos = monotonic.nanos();
    this.balance = ledger.balance();
    this.traffic = new Traffic(startNanos, wall.micros(), balance.total());
    latencies.begin(wall.micros());
  }

  void tick() {
    long nanos = monotonic.nanos();
    Balance now = ledger.balance();
    balance = now;
    traffic.look(nanos, now.total());
    long ended = (nanos - startNanos) / (Traffic.STEP_SECONDS * SECOND_NANOS) - steps;
    if (ended > 0) {
      steps += ended;
      long micros = wall.micros();
      traffic.close(
          ended, micros, now.total(), roster.count(Within.EVERYWHERE, micros).connected());
      latencies.closeRecent(ended);
    }
    long endedMinutes = (nanos - startNanos) / MINUTE_NANOS - minutes;
    if (endedMinutes > 0) {
      minutes += endedMinutes;
      latencies.closeMinutes(endedMinutes, wall.micros());
    }
  }

  Balance balance() {
    return balance;
  }

  Traffic traffic() {
    return traffic;
  }
}
