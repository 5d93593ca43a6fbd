package io.vagus.bench.mqtt;

/** Hears what happens to a connection, on its event loop. */
public interface ConnectionListener {
  /** The server took the device in. */
  void connected();

  /** The server did not, by a CONNACK with that reason code; {@link #closed} follows. */
  void refused(int reasonCode);

  /**
   * @param reasonCode of the PUBACK; 0x80 and up: the server did not take the message
   */
  void acknowledged(long number, int reasonCode, long nanos);

  /** A message goes out again after a reconnect. */
  void resent();

  /** What the server should not have done, or a connection that could not be made. */
  void failed(String what);

  /** An attempt to connect is over. */
  void closed(boolean wasConnected);
}
