package io.vagus.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The commits of modelled senders, in simulated time. */
final class CommitPaceTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long EVERY = 5 * MILLI;
  private static final long SYNC = MILLI / 2;

  private final CommitPace pace = new CommitPace(EVERY, 0);
  private long now = EVERY;

  /** One commit of an even stream; how many records it took. */
  private int streamed(double recordsPerMilli, double[] taken) {
    long first = (long) ((taken[0] + 1) / recordsPerMilli * MILLI);
    long enough = (long) ((taken[0] + pace.enough()) / recordsPerMilli * MILLI);
    long due = pace.waits() ? Math.min(enough, pace.dueNanos()) : now;
    now = Math.max(now, Math.max(first, due));
    int records = (int) ((double) now / MILLI * recordsPerMilli - taken[0]);
    taken[0] += records;
    pace.begins(records, now);
    now += SYNC;
    return records;
  }

  private double commitsPerSecond(double recordsPerMilli) {
    double[] taken = {(double) now / MILLI * recordsPerMilli};
    for (int i = 0; i < 2 * CommitPace.PROBE_AFTER; i++) {
      streamed(recordsPerMilli, taken);
    }
    long began = now;
    for (int i = 0; i < 200; i++) {
      streamed(recordsPerMilli, taken);
    }
    return 200 * 1e9 / (now - began);
  }

  @Test
  void oneCommitTakesWhatAModerateStreamBringsInThePause() {
    assertThat(commitsPerSecond(1)).isBetween(150.0, 260.0);
    assertThat(commitsPerSecond(5)).isBetween(150.0, 260.0);
  }

  @Test
  void aQuickStreamIsNotHeldUpForMoreThanIsWorthwhile() {
    assertThat(commitsPerSecond(100)).isGreaterThan(1000);
  }

  /** Each answers its acknowledgement with its next record; how long a round takes on average. */
  private double roundNanos(int senders, int rounds) {
    long began = now;
    for (int i = 0; i < rounds; i++) {
      if (pace.waits() && senders < pace.enough()) {
        now = Math.max(now, pace.dueNanos());
      }
      pace.begins(senders, now);
      now += SYNC;
    }
    return (double) (now - began) / rounds;
  }

  @Test
  void sendersThatWaitForTheirAcknowledgementDoNotWaitForThePause() {
    for (int senders : new int[] {1, 10, 40}) {
      roundNanos(senders, 600);
      assertThat(roundNanos(senders, 2570)).as("%d senders", senders).isLessThan(1.05 * SYNC);
    }
  }

  @Test
  void fewerSendersAreWaitedForOnlyForSomeCommits() {
    roundNanos(40, 600);
    assertThat(pace.enough()).isEqualTo(40);
    roundNanos(10, CommitPace.MISSES);
    assertThat(pace.enough()).isEqualTo(10);
  }

  @Test
  void withoutAPauseNothingWaits() {
    CommitPace none = new CommitPace(0, 0);
    for (int i = 0; i < 1000; i++) {
      none.begins(10, i);
      assertThat(none.waits()).isFalse();
    }
  }
}
