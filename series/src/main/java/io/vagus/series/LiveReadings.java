package io.vagus.series;

import io.vagus.model.DeviceId;
import io.vagus.model.Reading;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** Readings as they are accepted, for those who watch. */
public interface LiveReadings {

  /** Starts to watch devices for which the predicate holds. */
  Subscription subscribe(Predicate<DeviceId> devices);

  /** A bounded queue of readings; who is slow misses some, and is told how many. */
  interface Subscription extends AutoCloseable {

    /** Readings since the last call, oldest first; empty after the wait. */
    List<Reading> poll(Duration wait) throws InterruptedException;

    /** How many readings were dropped because the queue was full. */
    long dropped();

    @Override
    void close();
  }
}
