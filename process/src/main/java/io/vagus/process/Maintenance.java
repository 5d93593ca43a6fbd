package io.vagus.process;

import io.vagus.kit.RetentionClock;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Roll-ups and retention of the series, from time to time; what fails is tried again the next time,
 * and holds up no message. Confined to the processing thread, but for {@link #concern}.
 */
final class Maintenance {
  private static final Logger LOG = System.getLogger(Maintenance.class.getName());

  private final ProcessParts parts;
  private final RetentionClock clock;
  private volatile String concern = "";
  private long lastNanos;

  Maintenance(ProcessParts parts) {
    this.parts = parts;
    this.clock = new RetentionClock(parts.wallClock(), parts.monotonicClock());
    this.lastNanos = parts.monotonicClock().nanos();
  }

  /** What an operator should know; empty when all is well. */
  String concern() {
    return concern;
  }

  boolean isDue() {
    return parts.monotonicClock().nanos() - lastNanos >= parts.config().maintainEvery().toNanos();
  }

  /** All readings are committed. */
  void run() {
    String found = "";
    Throwable failure = null;
    try {
      parts.series().maintain(clock.micros());
      if (!clock.leap().isZero()) {
        found =
            "clock: the time of day leapt ahead by %s; for 24 h nothing is removed for its age by it"
                .formatted(clock.leap());
      }
    } catch (RuntimeException e) {
      found = "series maintenance: " + e.getMessage();
      failure = e;
    }
    if (concern.isEmpty() && !found.isEmpty()) {
      LOG.log(Level.ERROR, found, failure);
    }
    concern = found;
    lastNanos = parts.monotonicClock().nanos();
  }
}
