package io.vagus.ledger;

/** Why a message came twice. */
public enum DuplicateCause {
  /** The protocol sent it again: the acknowledgement did not arrive. */
  REDELIVERY,
  /** The device sent it again by itself, such as from its buffer. */
  REPLAY,
  /** Another gateway heard it too. */
  OTHER_GATEWAY
}
