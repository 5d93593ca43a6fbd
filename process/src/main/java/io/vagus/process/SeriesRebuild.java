package io.vagus.process;

import io.vagus.journal.JournalReader;
import io.vagus.model.Envelope;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * Writes all that the journal holds into the series again, counting nothing. Confined to the
 * processing thread.
 */
final class SeriesRebuild {
  private static final Logger LOG = System.getLogger(SeriesRebuild.class.getName());
  private static final int BATCH = 1000;
  private static final Duration IDLE = Duration.ofMillis(200);

  private final ProcessParts parts;
  private final SeriesWriter writer;
  private final Decider decider;
  private final Retries retries;
  private final CountDownLatch stopping;

  /** Commits the series; false when the processing stops before that succeeded. */
  @FunctionalInterface
  interface Commit {
    boolean done() throws InterruptedException;
  }

  SeriesRebuild(
      ProcessParts parts,
      SeriesWriter writer,
      Decider decider,
      Retries retries,
      CountDownLatch stopping) {
    this.parts = parts;
    this.writer = writer;
    this.decider = decider;
    this.retries = retries;
    this.stopping = stopping;
  }

  /**
   * @param position journal offset below which all was processed
   */
  void upto(long position, Commit commit) throws InterruptedException {
    LOG.log(Level.INFO, "rebuilding the series from the journal");
    Partition past = parts.partition();
    try (JournalReader all = parts.journal().reader(parts.journal().startOffset())) {
      while (all.position() < position) {
        if (stopping.getCount() == 0 || (writer.wantsCommit() && !commit.done())) {
          return;
        }
        int wanted = (int) Math.min(BATCH, position - all.position());
        all.poll(
            wanted,
            IDLE,
            (offset, time, array, from, length) -> {
              if (Worker.decode(offset, array, from, length) instanceof Envelope envelope) {
                decider.restore(past, offset, time, envelope);
              }
            });
      }
    }
    if (commit.done() && retries.untilDone("series", parts.seriesRebuilt())) {
      LOG.log(Level.INFO, "the series is rebuilt");
    }
  }
}
