package io.vagus.api;

import io.vagus.ledger.DeadLetter;

/** Puts a dead letter's message back on its way, to be judged by the model in force now. */
@FunctionalInterface
public interface DeadLetterReplay {

  /** Returns when the message is durable again; a {@code VagusException} when it cannot be. */
  void replay(DeadLetter letter);
}
