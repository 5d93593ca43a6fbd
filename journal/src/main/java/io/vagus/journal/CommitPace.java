package io.vagus.journal;

/**
 * How long a commit waits for company. A synced write costs the same for one record as for fifty,
 * so at moderate rates a pause of milliseconds saves most of the journal's cost. But only when
 * something comes meanwhile: senders that wait for their acknowledgement send nothing in a pause.
 *
 * <p>So a commit waits until as many records are there as the pause brought of late, at most until
 * {@code every} has passed since the last one began. Senders that wait are all back then, and the
 * commit begins at once; one sender alone never waits. Now and then a commit waits its full time,
 * to see whether more would come; when for some commits fewer came, fewer are waited for. Many
 * records are never waited for: above {@link #WORTHWHILE} in one commit there is little to save.
 *
 * <p>The journal's thread owns it.
 */
final class CommitPace {
  static final int WORTHWHILE = 64;
  static final int PROBE_AFTER = 256;
  static final int MISSES = 16;

  private final long everyNanos;
  private long begunNanos;
  private int expected = 1;
  private int sinceProbe;
  private int misses;
  private int mostOfMisses;

  CommitPace(long everyNanos, long nowNanos) {
    this.everyNanos = everyNanos;
    this.begunNanos = nowNanos - everyNanos;
  }

  /** Whether the next commit should wait at all. */
  boolean waits() {
    return everyNanos > 0 && enough() > 1;
  }

  /** So many records need wait for no more. */
  int enough() {
    return sinceProbe < PROBE_AFTER ? expected : WORTHWHILE;
  }

  /** The time at which the next commit begins with what there is. */
  long dueNanos() {
    return begunNanos + everyNanos;
  }

  /** A commit of so many records begins. */
  void begins(int records, long nowNanos) {
    boolean probe = sinceProbe >= PROBE_AFTER;
    if (probe) {
      expect(records);
      sinceProbe = 0;
    } else if (records >= expected) {
      sinceProbe++;
      misses = 0;
      mostOfMisses = 0;
    } else {
      mostOfMisses = Math.max(mostOfMisses, records);
      if (++misses == MISSES) {
        expect(mostOfMisses);
      }
    }
    begunNanos = nowNanos;
  }

  private void expect(int records) {
    expected = Math.clamp(records, 1, WORTHWHILE);
    misses = 0;
    mostOfMisses = 0;
  }
}
