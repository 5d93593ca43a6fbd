package io.vagus.sink;

import java.util.Map;
import java.util.TreeMap;

/** How far a sink is with the outbox: up to where all is settled. Thread-safe. */
final class Progress {
  private final TreeMap<Long, Pending> pending = new TreeMap<>();
  private long count;
  private long read;

  /** Of one offset. */
  private record Pending(int count, long receivedMicros) {}

  /**
   * @param position up to which all was settled before
   */
  Progress(long position) {
    read = position;
  }

  /** They are under way now. */
  synchronized void begin(long offset, int deliveries, long receivedMicros) {
    pending.put(offset, new Pending(deliveries, receivedMicros));
    count += deliveries;
  }

  /** All up to there was begun. */
  synchronized void read(long offset) {
    read = offset;
  }

  /** One delivery of that offset is settled. */
  synchronized void settled(long offset) {
    count--;
    pending.computeIfPresent(
        offset, (o, p) -> p.count == 1 ? null : new Pending(p.count - 1, p.receivedMicros));
  }

  /** Up to where all is settled. */
  synchronized long position() {
    return pending.isEmpty() ? read : Math.min(read, pending.firstKey() - 1);
  }

  /** Up to where it was read. */
  synchronized long read() {
    return read;
  }

  synchronized long count() {
    return count;
  }

  /** When the oldest that is under way came; 0 without any. */
  synchronized long oldestMicros() {
    Map.Entry<Long, Pending> first = pending.firstEntry();
    return first == null ? 0 : first.getValue().receivedMicros;
  }
}
