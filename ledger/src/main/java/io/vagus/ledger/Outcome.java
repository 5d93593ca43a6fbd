package io.vagus.ledger;

/** What became of a message. The order is stored: add at the end only. */
public enum Outcome {
  PENDING,
  ACCEPTED,
  REJECTED,
  DEAD_LETTERED,
  DUPLICATE
}
