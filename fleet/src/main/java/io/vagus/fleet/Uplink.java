package io.vagus.fleet;

/** A device's way to the server. Thread-safe. */
interface Uplink {
  void connect();

  void send(byte[] payload);

  /** Breaks the connection; the device comes back by itself. */
  void drop();

  /** Comes back no more. */
  void stop();
}
