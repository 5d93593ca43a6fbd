package io.vagus.device.mqtt;

import io.vagus.kit.MonotonicClock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages that were sent and not acknowledged. Slot s is packet identifier s + 1. Confined to the
 * connection's event loop.
 */
final class InFlight {
  private final @Nullable Sent[] slots;
  private final MonotonicClock clock;
  private int used;
  private int from;

  /** One under way. */
  record Sent(int packetId, Outgoing message, long nanos) {}

  InFlight(int window, MonotonicClock clock) {
    this.slots = new Sent[window];
    this.clock = clock;
  }

  int size() {
    return used;
  }

  /** Room must be left. */
  Sent add(Outgoing message) {
    // In turn, so that a late acknowledgement is not taken for that of the next message.
    while (slots[from] != null) {
      from = (from + 1) % slots.length;
    }
    Sent sent = new Sent(from + 1, message, clock.nanos());
    slots[from] = sent;
    from = (from + 1) % slots.length;
    used++;
    return sent;
  }

  /** Null: no such message is under way. */
  @Nullable Sent remove(int packetId) {
    if (packetId < 1 || packetId > slots.length) {
      return null;
    }
    Sent sent = slots[packetId - 1];
    if (sent != null) {
      slots[packetId - 1] = null;
      used--;
    }
    return sent;
  }

  /** All, in the order they were sent in first, as sent now. */
  List<Sent> again() {
    List<Sent> sent = new ArrayList<>(used);
    for (int i = 0; i < slots.length; i++) {
      Sent before = slots[i];
      if (before != null) {
        Sent now = new Sent(i + 1, before.message(), clock.nanos());
        slots[i] = now;
        sent.add(now);
      }
    }
    sent.sort(Comparator.comparingLong(s -> s.message().number()));
    return sent;
  }
}
