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
   * (MQTT 5, HTTP) answer with the reason; MQTT 3.1.1 acknowledges.
   */
  void deadLettered(long offset, ErrorCode reason, String why);

  /** The server stopped before the message was durable: do not acknowledge. */
  void abandoned();
}
