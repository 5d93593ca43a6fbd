package io.vagus.ledger;

import io.vagus.model.Transport;

/**
 * Messages counted where they arrive, since this process started: the side of the ledger that does
 * not depend on how they were decided. Thread-safe.
 */
public interface Arrivals {

  /**
   * All that came in, refused ones included; counted before a message is handed to the journal, or
   * with its refusal.
   */
  long received(Transport transport);

  /** Those of them that the journal made durable. */
  long durable(Transport transport);
}
