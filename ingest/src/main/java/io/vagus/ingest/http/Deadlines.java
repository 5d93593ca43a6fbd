package io.vagus.ingest.http;

import io.vagus.ingest.LimitsConfig;
import io.vagus.kit.MonotonicClock;

/**
 * How long a client may take: for a request's head, for the whole request, between requests, and
 * for taking its answers. Looked at from time to time rather than by a timer each, so that a
 * request costs one look at the clock. Not thread-safe.
 */
final class Deadlines {

  /** What is to be done. */
  enum Verdict {
    FINE,
    /** The request does not come to its end. */
    TOO_SLOW,
    /** Nobody is there any more. */
    CLOSE
  }

  private static final int CHECKS_PER_TIMEOUT = 2;

  private final long headNanos;
  private final long requestNanos;
  private final long idleNanos;
  private final MonotonicClock clock;

  /** Nothing came yet. */
  private boolean silent = true;

  private boolean headIncomplete = true;
  private boolean requestIncomplete;
  private boolean messageInThisRead;
  private boolean unwritable;
  private long headBegan;
  private long requestBegan;
  private long unwritableBegan;
  private long lastProgress;

  Deadlines(LimitsConfig limits, MonotonicClock clock) {
    this.headNanos = limits.headTimeout().toNanos();
    this.requestNanos = limits.requestTimeout().toNanos();
    this.idleNanos = limits.idleTimeout().toNanos();
    this.clock = clock;
    this.headBegan = clock.nanos();
    this.lastProgress = headBegan;
  }

  /** How often to {@link #check}. */
  long checkNanos() {
    return Math.min(headNanos, Math.min(requestNanos, idleNanos)) / CHECKS_PER_TIMEOUT;
  }

  void messageRead() {
    messageInThisRead = true;
  }

  /**
   * @param betweenRequests whether what was read may be the beginning of a head
   */
  void readComplete(boolean betweenRequests) {
    silent = false;
    if (betweenRequests && !messageInThisRead && !headIncomplete) {
      headIncomplete = true;
      headBegan = clock.nanos();
    }
    messageInThisRead = false;
  }

  void requestBegan() {
    headIncomplete = false;
    requestIncomplete = true;
    requestBegan = clock.nanos();
    lastProgress = requestBegan;
  }

  void requestEnded() {
    requestIncomplete = false;
  }

  /** Something of a relayed body came, or an answer left. */
  void progressed() {
    lastProgress = clock.nanos();
  }

  void writable(boolean writable) {
    unwritable = !writable;
    unwritableBegan = clock.nanos();
  }

  /**
   * Judges.
   *
   * @param busy whether the client waits for an answer
   * @param message whether a device's message is being received, which must end in time; a body on
   *     its way to the API only must go on
   * @param reading whether it is the client's fault when nothing comes
   */
  Verdict check(boolean busy, boolean message, boolean reading) {
    long now = clock.nanos();
    if (unwritable) {
      return now - unwritableBegan > idleNanos ? Verdict.CLOSE : Verdict.FINE;
    }
    if (requestIncomplete) {
      long began = message ? requestBegan : lastProgress;
      return reading && now - began > requestNanos ? Verdict.TOO_SLOW : Verdict.FINE;
    }
    if (headIncomplete) {
      boolean late = now - headBegan > headNanos;
      return !late ? Verdict.FINE : silent ? Verdict.CLOSE : Verdict.TOO_SLOW;
    }
    return !busy && now - lastProgress > idleNanos ? Verdict.CLOSE : Verdict.FINE;
  }
}
