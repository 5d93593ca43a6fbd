package io.vagus.ingest;

import io.vagus.model.Transport;

/** Messages and payload bytes of one batch by listener. Not thread-safe. */
final class TransportCounts {
  static final int TRANSPORTS = Transport.values().length;

  private final int[] messages = new int[TRANSPORTS];
  private final long[] bytes = new long[TRANSPORTS];

  void add(Transport transport, int payloadBytes) {
    messages[transport.ordinal()]++;
    bytes[transport.ordinal()] += payloadBytes;
  }

  int messages(int transport) {
    return messages[transport];
  }

  long bytes(int transport) {
    return bytes[transport];
  }
}
