package io.vagus.device.mqtt;

import org.jspecify.annotations.Nullable;

/** Where a connection takes its messages from. Called on the connection's event loop. */
public interface Outbox {
  /** The next one; null: there is none now. */
  @Nullable Outgoing next();

  /**
   * It need not be kept.
   *
   * @param reasonCode of the PUBACK; 0x80 and up: the server will not have it
   */
  void done(Outgoing message, int reasonCode);

  /** Several may be done since the last call: a good moment to write that down. */
  void settled();
}
