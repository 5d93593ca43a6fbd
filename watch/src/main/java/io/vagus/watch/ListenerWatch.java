package io.vagus.watch;

import io.vagus.model.DeviceId;
import io.vagus.model.Transport;

/** Where listeners report who is there and who is not let in. Thread-safe, blocks on no disk. */
public interface ListenerWatch {

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

  /**
   * A connection or a message of somebody who did not prove who he is was refused.
   *
   * @param reason a word such as {@code bad-credentials}, of a bounded number
   * @param name who he said to be; empty when he said nothing
   */
  void refused(Transport transport, String reason, String address, String name, String detail);

  /** A message of a device was refused, which had proved to be that. */
  void refused(Transport transport, String reason, String address, DeviceId device, String detail);

  /**
   * The device did something that MQTT allows and that will hurt.
   *
   * @param topic of it; empty when there is none
   */
  void misused(DeviceId device, Misuse misuse, String topic, long nowMicros);

  /** A connection that is open. */
  @FunctionalInterface
  interface Open {

    /** The connection ended; later calls do nothing. */
    void closed(long nowMicros);
  }
}
