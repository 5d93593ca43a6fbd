package io.vagus.ingest;

import io.vagus.kit.ErrorCode;
import io.vagus.model.Envelope;
import java.util.Optional;

/**
 * Judges a message as the process stage will: same decoder, same product model. Pure, called on
 * event loops.
 */
@FunctionalInterface
public interface Validator {

  /** Why the message will be a dead letter; empty when it will be accepted. */
  Optional<Problem> problem(Envelope envelope);

  /**
   * What is wrong with a message.
   *
   * @param why names field, value and bound
   */
  record Problem(ErrorCode code, String why) {}
}
