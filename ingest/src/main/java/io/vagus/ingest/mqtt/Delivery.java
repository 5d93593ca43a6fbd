package io.vagus.ingest.mqtt;

import io.vagus.ingest.mqtt.MqttMetrics.Drop;
import io.vagus.kit.WallClock;

/**
 * Sends sessions what waits for them, as far as their clients take it (MQTT 5.0 §4.4, §4.9). Owned
 * by the broker thread.
 */
final class Delivery {
  private final MqttConfig config;
  private final ByteBudget budget;
  private final SessionLog log;
  private final MqttMetrics metrics;
  private final WallClock clock;

  Delivery(
      MqttConfig config, ByteBudget budget, SessionLog log, MqttMetrics metrics, WallClock clock) {
    this.config = config;
    this.budget = budget;
    this.log = log;
    this.metrics = metrics;
    this.clock = clock;
  }

  boolean hasTime(Session session) {
    return session.outbound.next() == null
        && session.outbound.inflight() < window(session)
        && session.client != null
        && session.client.hasRoom();
  }

  private int window(Session session) {
    Client client = session.client;
    return client == null ? 0 : Math.min(config.maxInflight(), client.limits().receiveMaximum());
  }

  void sendQos0(Session session, Outgoing outgoing) {
    Client client = session.client;
    if (client == null) {
      return;
    }
    if (!client.hasRoom()) {
      metrics.dropped(Drop.NOT_WRITABLE);
    } else if (isTooLarge(client, outgoing)) {
      metrics.dropped(Drop.PACKET_TOO_LARGE); // [MQTT-3.1.2-25]
    } else {
      client.send(outgoing);
      metrics.sent(0);
    }
  }

  private static boolean isTooLarge(Client client, Outgoing outgoing) {
    ClientLimits limits = client.limits();
    return limits.maxPacketBytes() < Integer.MAX_VALUE
        && PacketSize.publish(outgoing, limits.isV5()) > limits.maxPacketBytes();
  }

  boolean makeRoom(Session session, Message m) {
    OutboundQueue queue = session.outbound;
    while (queue.size() >= config.maxQueuedMessages()
        || (queue.size() > 0 && queue.bytes() + m.sizeBytes() > config.maxQueuedBytes().bytes())) {
      if (config.whenQueueFull() == MqttConfig.QueueFull.DROP_NEWEST) {
        return false;
      }
      Outgoing oldest = queue.giveUpOldest();
      if (oldest == null) {
        return false; // all are on their way already
      }
      metrics.dropped(Drop.QUEUE_FULL);
      completed(session, oldest);
    }
    return budget.hasRoomFor(m.sizeBytes());
  }

  /** Sends what waits, as far as the client takes it (§4.9). */
  void drain(Session session) {
    Client client = session.client;
    OutboundQueue queue = session.outbound;
    Outgoing next = queue.next();
    while (client != null
        && next != null
        && log.isDurable(next.logged)
        && queue.inflight() < window(session)
        && client.hasRoom()) {
      if (next.message.isExpired(clock.micros()) && !(next.redelivery && next.qos == 2)) {
        discard(session, next, Drop.EXPIRED); // [MQTT-3.3.2-5]
      } else if (isTooLarge(client, next)) {
        discard(session, next, Drop.PACKET_TOO_LARGE); // [MQTT-3.1.2-25]
      } else {
        queue.sent();
        metrics.inflight(1);
        client.send(next);
        metrics.sent(next.qos);
      }
      next = queue.next();
    }
  }

  private void discard(Session session, Outgoing outgoing, Drop why) {
    session.outbound.discardNext();
    metrics.dropped(why);
    completed(session, outgoing);
  }

  private void completed(Session session, Outgoing outgoing) {
    if (session.logged && !outgoing.message.isKeptElsewhere()) {
      log.lazily(new SessionEvent.Completed(session.number, outgoing.packetId));
    }
  }

  /** The client has it: PUBACK, PUBCOMP, or a PUBREC that refuses it. */
  void acknowledged(Session session, Outgoing outgoing) {
    session.outbound.completed(outgoing);
    metrics.inflight(-1);
    completed(session, outgoing);
    drain(session);
  }

  /** What was sent and not acknowledged waits again. */
  void disconnected(Session session) {
    int before = session.outbound.inflight();
    session.outbound.disconnected();
    metrics.inflight(session.outbound.inflight() - before);
  }

  /** The session is gone, with all that waited for it. */
  void ended(Session session) {
    metrics.inflight(-session.outbound.inflight());
    session.outbound.end();
  }
}
