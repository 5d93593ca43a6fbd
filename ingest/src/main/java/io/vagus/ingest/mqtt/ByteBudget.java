package io.vagus.ingest.mqtt;

/** Bytes that all sessions' queues may hold together. Owned by the broker thread. */
final class ByteBudget {
  private final long maxBytes;
  private long used;

  ByteBudget(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  boolean hasRoomFor(int bytes) {
    return used + bytes <= maxBytes;
  }

  void add(long bytes) {
    used += bytes;
  }
}
