package io.vagus.watch;

import io.vagus.model.DeviceId;
import io.vagus.model.Transport;

/** Where listeners tell which device is there. Thread-safe, never blocks on anything slow. */
public interface Presence {

  /**
   * The device opened a connection of its own.
   *
   * @param address of the other end, without its port
   * @param keepAliveSeconds 0 for none (MQTT 5.0 §3.1.2.10)
   */
  Open opened(
      DeviceId device, Transport transport, String address, int keepAliveSeconds, long nowMicros);

  /**
   * The device sent something without a connection of its own: a request, or through an anonymous
   * client. It counts as connected until it has been quiet for too long.
   */
  void heard(DeviceId device, Transport transport, String address, long nowMicros);

  /** A connection that is open. */
  @FunctionalInterface
  interface Open {

    /** The connection ended; later calls do nothing. */
    void closed(long nowMicros);
  }
}
