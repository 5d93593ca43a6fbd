package io.vagus.watch;

import java.util.Map;

/**
 * Registered devices, counted.
 *
 * @param suspended shut out: suspended, quarantined, in transfer, returned or retired
 * @param connected with an open connection, or heard without one of late
 * @param silent heard before, and not within three times their product's cadence
 * @param neverHeard no message of them was ever processed
 * @param products by id
 */
public record FleetCounts(
    long total,
    long suspended,
    long connected,
    long silent,
    long neverHeard,
    Map<String, Product> products) {

  public FleetCounts {
    products = Map.copyOf(products);
  }

  /** Devices of one product. */
  public record Product(long total, long connected) {}
}
