package io.vagus.ingest.mqtt;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * QoS 1 and 2 messages of one session, in order: waiting, then in flight until the client completed
 * them. Bounded in count and bytes. Owned by the broker thread.
 *
 * <pre>
 * waiting ─sent─▶ in flight ─PUBACK─▶ gone
 *    ▲                │ └────PUBREC─▶ released ─PUBCOMP─▶ gone
 *    └──disconnected──┘
 * </pre>
 */
final class OutboundQueue {
  private final ArrayDeque<Outgoing> waiting = new ArrayDeque<>(2);
  private final Map<Integer, Outgoing> inflight = new LinkedHashMap<>(2);
  private final BitSet packetIds = new BitSet();
  private final ByteBudget budget;
  private long bytes;

  OutboundQueue(ByteBudget budget) {
    this.budget = budget;
  }

  int size() {
    return waiting.size() + inflight.size();
  }

  long bytes() {
    return bytes;
  }

  int inflight() {
    return inflight.size();
  }

  /** The lowest packet identifier not in use. */
  int newPacketId() {
    return packetIds.nextClearBit(1);
  }

  void add(Outgoing outgoing) {
    waiting.add(outgoing);
    packetIds.set(outgoing.packetId);
    count(outgoing.message.sizeBytes());
  }

  @Nullable Outgoing next() {
    return waiting.peek();
  }

  /** The next one is on its way. */
  void sent() {
    Outgoing outgoing = waiting.remove();
    inflight.put(outgoing.packetId, outgoing);
  }

  /** Takes the oldest waiting message away; null when it may have been sent already. */
  @Nullable Outgoing giveUpOldest() {
    Outgoing oldest = waiting.peek();
    if (oldest == null || oldest.redelivery) {
      return null;
    }
    return discardNext();
  }

  /** Takes the next message away. */
  Outgoing discardNext() {
    Outgoing next = waiting.remove();
    forget(next);
    return next;
  }

  @Nullable Outgoing inflight(int packetId) {
    return inflight.get(packetId);
  }

  void completed(Outgoing outgoing) {
    if (inflight.remove(outgoing.packetId) != null) {
      forget(outgoing);
    }
  }

  private void forget(Outgoing outgoing) {
    packetIds.clear(outgoing.packetId);
    count(-outgoing.message.sizeBytes());
  }

  /**
   * The connection is gone: what was sent waits again, before the others [MQTT-4.4.0-1], but for
   * what the platform keeps and sends again itself.
   */
  void disconnected() {
    forgetKeptElsewhere();
    List<Outgoing> unacknowledged = inflight.values().stream().filter(o -> !o.released).toList();
    for (Outgoing outgoing : unacknowledged.reversed()) {
      outgoing.redelivery = true;
      inflight.remove(outgoing.packetId);
      waiting.addFirst(outgoing);
    }
  }

  private void forgetKeptElsewhere() {
    List<Outgoing> kept =
        Stream.concat(inflight.values().stream(), waiting.stream())
            .filter(o -> o.message.isKeptElsewhere())
            .toList();
    for (Outgoing outgoing : kept) {
      inflight.remove(outgoing.packetId);
      forget(outgoing);
    }
    waiting.removeAll(kept);
  }

  /** PUBREC came for a message, as the log tells. */
  void recoverReleased(int packetId) {
    for (Outgoing outgoing : waiting) {
      if (outgoing.packetId == packetId) {
        waiting.remove(outgoing);
        outgoing.released = true;
        inflight.put(packetId, outgoing);
        return;
      }
    }
  }

  /** A message is gone, as the log tells. */
  void recoverCompleted(int packetId) {
    Outgoing outgoing = inflight.remove(packetId);
    if (outgoing == null) {
      for (Outgoing o : waiting) {
        if (o.packetId == packetId) {
          outgoing = o;
        }
      }
      waiting.remove(outgoing);
    }
    if (outgoing != null) {
      forget(outgoing);
    }
  }

  void forEachReleased(Consumer<Outgoing> action) {
    inflight.values().stream().filter(o -> o.released).forEach(action);
  }

  void forEach(Consumer<Outgoing> action) {
    inflight.values().forEach(action);
    waiting.forEach(action);
  }

  private void count(long more) {
    bytes += more;
    budget.add(more);
  }

  /** The session is gone: what it held no longer counts. */
  void end() {
    count(-bytes);
  }
}
