package io.vagus.sink;

import java.util.List;

/**
 * Where deliveries go. Used by as many threads at once as it has lanes; those of one device are
 * always brought by the same.
 */
public interface Target extends AutoCloseable {

  /** How many deliveries, or batches of them, may be under way at once. */
  int lanes();

  /** Deliveries that are brought together at most. */
  int batch();

  /**
   * Brings them, in their order; comes back within a bound.
   *
   * @return one for each
   */
  List<Outcome> deliver(List<Delivery> batch) throws InterruptedException;

  @Override
  void close();
}
