package io.vagus.ledger;

import io.vagus.kit.ErrorCode;
import io.vagus.model.Envelope;

/**
 * A message that was received and could not be accepted.
 *
 * @param id of the message
 * @param why names field, value and bound
 * @param replayed whether it was put back since
 */
public record DeadLetter(
    String id, ErrorCode reason, String why, Envelope envelope, boolean replayed) {}
