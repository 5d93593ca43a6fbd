package io.vagus.bench.mqtt;

/** What a connection sends. Confined to its event loop. */
public interface MessageWriter {

  /**
   * One PUBLISH packet of QoS 1; the bytes are read before the next call.
   *
   * @param number 0 and up: the message's identity on its connection, the same when sent again
   * @param timeMicros the device's time, unique on its connection
   */
  byte[] packet(int packetId, boolean dup, long number, long timeMicros);
}
