package io.vagus.rule.engine;

import java.util.concurrent.atomic.AtomicLong;

/** What became of a rule, since the process began. Counted by the engine's thread, read by any. */
public final class RuleCounts {
  private final AtomicLong evaluated = new AtomicLong();
  private final AtomicLong matched = new AtomicLong();
  private final AtomicLong raised = new AtomicLong();
  private final AtomicLong cleared = new AtomicLong();
  private final AtomicLong firing = new AtomicLong();
  private final AtomicLong looped = new AtomicLong();
  private final AtomicLong late = new AtomicLong();
  private final AtomicLong errors = new AtomicLong();
  private final AtomicLong timed = new AtomicLong();
  private final AtomicLong timedNanos = new AtomicLong();
  private volatile String lastError = "";

  /** How often it was judged: not where the index told beforehand that it cannot hold. */
  public long evaluated() {
    return evaluated.get();
  }

  /** How often its condition held. */
  public long matched() {
    return matched.get();
  }

  public long raised() {
    return raised.get();
  }

  public long cleared() {
    return cleared.get();
  }

  /** For how many devices it is raised now. */
  public long firing() {
    return firing.get();
  }

  /** How many devices it was stopped for. */
  public long looped() {
    return looped.get();
  }

  /** Readings that came after their window had closed. */
  public long late() {
    return late.get();
  }

  /** How often it could not be judged: a value was missing, a division by zero. */
  public long errors() {
    return errors.get();
  }

  /** Why it last could not be judged, or near it: not each of many is noted. Empty: never. */
  public String lastError() {
    return lastError;
  }

  /** What judging it costs on average, of a sample; 0 before there is one. */
  public double costMicros() {
    long count = timed.get();
    return count == 0 ? 0 : timedNanos.get() / 1000.0 / count;
  }

  void judged() {
    add(evaluated, 1);
  }

  void held() {
    add(matched, 1);
  }

  void fired() {
    add(raised, 1);
  }

  void ended() {
    add(cleared, 1);
  }

  /** For one device more, or one less, it is raised. */
  void firing(int more) {
    add(firing, more);
  }

  void stopped() {
    add(looped, 1);
  }

  void wasLate() {
    add(late, 1);
  }

  void took(long nanos) {
    add(timedNanos, nanos);
    add(timed, 1);
  }

  /** Whether this error's reason is worth finding out: of the first ones, then of few. */
  boolean failed() {
    long count = add(errors, 1);
    return Long.bitCount(count) == 1 || count % 1024 == 0;
  }

  void because(String why) {
    lastError = why;
  }

  private static long add(AtomicLong to, long more) {
    long sum = to.getPlain() + more;
    to.setRelease(sum);
    return sum;
  }
}
