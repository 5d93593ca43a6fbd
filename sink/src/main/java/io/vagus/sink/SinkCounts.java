package io.vagus.sink;

import io.vagus.rule.SinkState.Failure;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/** What is counted of one sink since the start; it outlives a change of the sink. Thread-safe. */
final class SinkCounts {
  private final AtomicLong arrived = new AtomicLong();
  private final LongAdder failed = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final AtomicLong deadLetters;
  private final AtomicReference<Optional<Failure>> lastError =
      new AtomicReference<>(Optional.empty());
  private final AtomicBoolean failing = new AtomicBoolean();
  private final Arrival arrival;

  /** Is told how long each delivery took from the reading on. */
  interface Arrival {
    void after(long micros);
  }

  SinkCounts(long deadLetters, Arrival arrival) {
    this.deadLetters = new AtomicLong(deadLetters);
    this.arrival = arrival;
  }

  void delivered(long afterMicros) {
    arrived.incrementAndGet();
    arrival.after(Math.max(0, afterMicros));
    failing.set(false);
  }

  /** Whether it is the first of a row of failures. */
  boolean failed(String why, Instant at) {
    failed.increment();
    lastError.set(Optional.of(new Failure(why, at)));
    return failing.compareAndSet(false, true);
  }

  void droppedLetters(long letters) {
    dropped.add(letters);
  }

  long arrived() {
    return arrived.get();
  }

  long failed() {
    return failed.sum();
  }

  /** Whether the last attempt failed. */
  boolean isFailing() {
    return failing.get();
  }

  long dropped() {
    return dropped.sum();
  }

  /** How many are kept. */
  AtomicLong deadLetters() {
    return deadLetters;
  }

  Optional<Failure> lastError() {
    return lastError.get();
  }
}
