package io.vagus.watch;

import io.vagus.ledger.Balance;
import io.vagus.ledger.DuplicateCause;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;

/**
 * How the ledger's counts rose: looked at each second for rates, kept in steps of {@link
 * #STEP_SECONDS} for a day. Costs messages nothing, 210 kB whatever the load. Guarded by itself.
 */
final class Traffic {
  static final int STEP_SECONDS = 10;
  static final int STEPS = 24 * 3600 / STEP_SECONDS;
  static final int MAX_POINTS = 720;
  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final long KEPT_NANOS = 301 * SECOND_NANOS;

  private record Look(long nanos, Balance.Line line) {}

  private final ArrayDeque<Look> looks = new ArrayDeque<>();
  private final int[][] series = new int[History.Series.values().length][STEPS];
  private long closedSteps;
  private long lastStepMicros;
  private Balance.Line stepBase;

  /** What rose between two looks. */
  record Window(
      double seconds,
      long received,
      long accepted,
      long duplicate,
      Map<DuplicateCause, Long> causes) {

    double perSecond(long count) {
      return seconds == 0 ? 0 : count / seconds;
    }
  }

  Traffic(long nanos, long nowMicros, Balance.Line start) {
    looks.add(new Look(nanos, start));
    stepBase = start;
    lastStepMicros = nowMicros;
  }

  synchronized void look(long nanos, Balance.Line line) {
    looks.add(new Look(nanos, line));
    while (nanos - looks.getFirst().nanos() > KEPT_NANOS) {
      looks.removeFirst();
    }
  }

  /**
   * Ends steps; those after the first, such as while the machine slept, are empty.
   *
   * @param steps how many ended since the last call
   */
  synchronized void close(long steps, long nowMicros, Balance.Line line, long connected) {
    for (long i = 0; i < Math.min(steps, STEPS); i++) {
      int at = (int) (closedSteps++ % STEPS);
      put(History.Series.RECEIVED, at, line.received() - stepBase.received());
      put(History.Series.ACCEPTED, at, line.accepted() - stepBase.accepted());
      put(History.Series.REJECTED, at, line.rejected() - stepBase.rejected());
      put(History.Series.DEAD_LETTERED, at, line.deadLettered() - stepBase.deadLettered());
      put(History.Series.DUPLICATE, at, line.duplicate() - stepBase.duplicate());
      put(History.Series.CONNECTED, at, connected);
      stepBase = line;
    }
    lastStepMicros = nowMicros;
  }

  private void put(History.Series of, int at, long count) {
    series[of.ordinal()][at] = (int) Math.clamp(count, 0, Integer.MAX_VALUE);
  }

  synchronized Window window(int seconds) {
    Look newest = looks.getLast();
    Look base = looks.getFirst();
    for (Look look : looks) {
      if (newest.nanos() - look.nanos() < seconds * SECOND_NANOS) {
        break;
      }
      base = look;
    }
    Balance.Line to = newest.line();
    Balance.Line from = base.line();
    Map<DuplicateCause, Long> causes = new EnumMap<>(DuplicateCause.class);
    to.causes()
        .forEach((cause, n) -> {
          long rose = n - from.causes().getOrDefault(cause, 0L);
          if (rose > 0) {
            causes.put(cause, rose);
          }
        });
    return new Window(
        (newest.nanos() - base.nanos()) / 1e9,
        to.received() - from.received(),
        to.accepted() - from.accepted(),
        to.duplicate() - from.duplicate(),
        causes);
  }

  /** The last whole steps, as few together as keeps them within {@link #MAX_POINTS}. */
  synchronized History history(int minutes) {
    int wanted = minutes * 60 / STEP_SECONDS;
    int width = Math.ceilDiv(wanted, MAX_POINTS);
    int points = (int) Math.min(wanted / width, Math.min(closedSteps, STEPS) / width);
    long[][] values = new long[series.length][points];
    for (int i = 0; i < points * width; i++) {
      int at = (int) ((closedSteps - points * width + i) % STEPS);
      for (History.Series of : History.Series.values()) {
        long[] row = values[of.ordinal()];
        int value = series[of.ordinal()][at];
        row[i / width] = of == History.Series.CONNECTED ? value : row[i / width] + value;
      }
    }
    int stepSeconds = width * STEP_SECONDS;
    return new History(stepSeconds, lastStepMicros - points * stepSeconds * 1_000_000L, values);
  }
}
