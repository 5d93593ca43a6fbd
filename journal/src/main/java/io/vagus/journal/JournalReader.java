package io.vagus.journal;

import java.time.Duration;

/** Reads records in order, each once. Not thread-safe: one thread owns a reader. */
public interface JournalReader extends AutoCloseable {

  /** Receives one record; the array is valid during the call only. */
  @FunctionalInterface
  interface Visitor {
    void record(long offset, long timeMicros, byte[] array, int from, int length);
  }

  /**
   * Hands over up to {@code maxRecords} durable records, waiting for the first at most the given
   * time. Records that cannot be read (a corrupt middle) are passed over: the offset jumps.
   *
   * @return how many records were handed over; 0 after the wait
   */
  int poll(int maxRecords, Duration wait, Visitor visitor) throws InterruptedException;

  /** Offset of the next record that {@link #poll} will look for. */
  long position();

  @Override
  void close();
}
