package io.vagus.device.mqtt;

/** Hears what happens to a connection, on its event loop. */
public interface LinkListener {
  /** The server took the device in. */
  default void connected() {}

  /** It hears what comes down from now on. */
  default void subscribed() {}

  /** The server did not, by a CONNACK with that reason code; {@link #closed} follows. */
  default void refused(int reasonCode) {}

  /**
   * A message was answered.
   *
   * @param reasonCode of the PUBACK; 0x80 and up: the server did not take the message
   */
  default void acknowledged(Outgoing message, int reasonCode, long nanos) {}

  /** A message goes out again after a reconnect. */
  default void resent() {}

  /**
   * A message came down; it is acknowledged when this returns.
   *
   * @param topic below the device's own
   */
  default void received(String topic, byte[] payload) {}

  /** What the server should not have done, or a connection that could not be made. */
  default void failed(String what) {}

  /** An attempt to connect is over. */
  default void closed(boolean wasConnected) {}
}
