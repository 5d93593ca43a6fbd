package io.vagus.ledger;

import io.vagus.model.Transport;

/**
 * Messages counted where they arrive, since this process started: the side of the ledger that does
 * not depend on how they were decided. Thread-safe.
 */
@FunctionalInterface
public interface Arrivals {

  /**
   * Messages that the journal made durable, and those refused before it that the journal tells of;
   * counted soon after their record is durable.
   */
  long received(Transport transport);
}
