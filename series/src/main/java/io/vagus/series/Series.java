package io.vagus.series;

import io.vagus.model.DeviceId;
import io.vagus.model.Reading;
import java.util.List;
import java.util.function.Consumer;

/**
 * Where readings are kept: once per device, metric and time. Writing what is there again changes
 * nothing, so that a replay of the journal is safe.
 *
 * <p>{@link #append} and {@link #commit} belong to one thread; queries may come from any.
 */
public interface Series extends AutoCloseable {

  /** Takes a reading; it can be queried and is durable after the next {@link #commit}. */
  void append(Reading reading);

  /**
   * Makes what was appended durable and visible, and marks the roll-ups it touches. Blocking. After
   * an exception the readings stay appended: the next call tries again.
   */
  void commit();

  /**
   * Readings of one metric with {@code fromMicros <= time < toMicros}, oldest first, as stored.
   *
   * @param limit at most this many
   */
  List<Reading> raw(DeviceId device, String metric, long fromMicros, long toMicros, int limit);

  /**
   * The same range in steps, from whichever tier answers best; steps without readings are left out.
   *
   * @param stepMicros width of a step; a step starts at a multiple of it since the epoch
   */
  Range range(DeviceId device, String metric, long fromMicros, long toMicros, long stepMicros);

  /** Metrics the device ever sent, sorted. */
  List<String> metrics(DeviceId device);

  /** Hands over all readings of a device in a range, oldest first, without holding them at once. */
  void export(DeviceId device, long fromMicros, long toMicros, Consumer<Reading> sink);

  /** Drops what retention says is over, and brings the roll-ups up to date. Blocking. */
  void maintain(long nowMicros);

  SeriesHealth health();

  /** Commits and stops. */
  @Override
  void close();
}
