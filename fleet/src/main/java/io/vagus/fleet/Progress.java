package io.vagus.fleet;

import java.util.Locale;

/**
 * A line on the error stream about a run: rewritten on a terminal, one every so often elsewhere.
 */
final class Progress {
  private static final int PLAIN_EVERY = 5;

  private final boolean terminal = System.console() != null && System.console().isTerminal();
  private final int seconds;
  private long before;
  private double beforeElapsed;
  private int lines;

  /**
   * @param seconds the run takes; 0: not known
   */
  Progress(int seconds) {
    this.seconds = seconds;
  }

  /** To be called once a second or so. */
  void show(Counts counts, double elapsed) {
    long acknowledged = counts.acknowledged.sum();
    String left =
        seconds == 0
            ? ""
            : String.format(Locale.ROOT, ", %.0f s left", Math.max(0, seconds - elapsed));
    line(
        String.format(
            Locale.ROOT,
            "%,d MQTT connections, %,.0f messages/s, %,d acknowledged, %,d in flight, %,d refused,"
                + " %,d errors%s",
            counts.open.sum(),
            (acknowledged - before) / Math.max(0.001, elapsed - beforeElapsed),
            acknowledged,
            counts.inFlight(),
            counts.refusedSum(),
            counts.failedSum(),
            left));
    before = acknowledged;
    beforeElapsed = elapsed;
  }

  void line(String line) {
    if (terminal) {
      System.err.print("\r\u001b[K" + line);
      System.err.flush();
    } else if (lines % PLAIN_EVERY == 0) {
      System.err.println(line);
    }
    lines++;
  }

  void end() {
    if (terminal && lines > 0) {
      System.err.println();
    }
  }
}
