package io.vagus.ingest;

import io.micrometer.core.instrument.MeterRegistry;
import io.vagus.journal.Journal;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.WallClock;
import java.util.concurrent.Executor;

/**
 * The way of every message into the journal, whatever listener it came through: gives each event
 * loop its {@link Lane}, and counts. Thread-safe.
 */
public final class Intake {
  private static final System.Logger LOG = System.getLogger(Intake.class.getName());

  /** What a lane holds beyond the journal's own queue before it gives up messages, per lane. */
  private static final long MAX_HELD_BYTES = 64L << 20;

  private final Journal journal;
  private final Validator validator;
  private final WallClock wallClock;
  private final MonotonicClock monotonicClock;
  private final CountedArrivals arrivals;

  public Intake(
      Journal journal,
      Validator validator,
      WallClock wallClock,
      MonotonicClock monotonicClock,
      MeterRegistry meters) {
    this.journal = journal;
    this.validator = validator;
    this.wallClock = wallClock;
    this.monotonicClock = monotonicClock;
    this.arrivals = new CountedArrivals(meters);
  }

  /** A lane whose caller is the given event loop, and whose receipts come back on it. */
  public Lane lane(Executor eventLoop) {
    return journalLane(eventLoop);
  }

  JournalLane journalLane(Executor eventLoop) {
    return new JournalLane(journal, eventLoop, validator, arrivals, monotonicClock, MAX_HELD_BYTES);
  }

  public CountedArrivals arrivals() {
    return arrivals;
  }

  /** Tells the journal what was refused; called each second and when all listeners are closed. */
  void tellRefusals() {
    try {
      arrivals.tell(journal, wallClock);
    } catch (RuntimeException e) {
      // The next second tells it: nothing counts as handed over that was not taken.
      LOG.log(System.Logger.Level.ERROR, "the refusals could not be journaled", e);
    }
  }
}
