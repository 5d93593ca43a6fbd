package io.vagus.bench;

import io.netty.buffer.ByteBuf;

/** What a connection sends. Confined to its event loop. */
interface MessageWriter {

  /**
   * Appends one PUBLISH packet of QoS 1.
   *
   * @param number 0 and up: the message's identity on its connection, the same when sent again
   * @param timeMicros the device's time, unique on its connection
   */
  void write(ByteBuf out, int packetId, boolean dup, long number, long timeMicros);
}
