package io.vagus.ingest;

import io.vagus.kit.ErrorCode;

/** What a listener hears of a message it handed to its {@link Lane}, on its own event loop. */
public interface Receipt {

  /**
   * The message is durable: acknowledge it.
   *
   * @param offset where the journal holds it
   */
  void durable(long offset);

  /**
   * The message is durable as a dead letter: it breaks its product model. Protocols that can say so
   * (MQTT 5, HTTP) answer with the reason; others acknowledge, and spare the judging by {@link
   * #wantsVerdict}.
   */
  void deadLettered(long offset, ErrorCode reason, String why);

  /**
   * The message did not become durable, since the server stopped or could hold no more: do not
   * acknowledge.
   */
  void abandoned();

  /** Whether the protocol can say no: the message is then judged before it is acknowledged. */
  default boolean wantsVerdict() {
    return true;
  }
}
