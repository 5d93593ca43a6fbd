package io.vagus.rule;

import java.time.Instant;
import java.util.Optional;

/**
 * How a sink does.
 *
 * @param lag deliveries that wait, counted up to a bound: {@link #MOST_LAG} stands for more
 * @param lagMicros age of the oldest of them; 0 without any
 * @param delivered since the start
 * @param failed attempts at a delivery that failed, since the start
 * @param isFailing whether the last attempt failed
 * @param deadLetters that are kept
 * @param droppedLetters that had to go for want of room, since the start
 * @param lastError why the last attempt failed; empty when none did yet
 */
public record SinkState(
    Sink sink,
    long lag,
    long lagMicros,
    long delivered,
    long failed,
    boolean isFailing,
    long deadLetters,
    long droppedLetters,
    Optional<Failure> lastError) {
  public static final int MOST_LAG = 10_000;

  /** What went wrong last. */
  public record Failure(String why, Instant at) {}
}
