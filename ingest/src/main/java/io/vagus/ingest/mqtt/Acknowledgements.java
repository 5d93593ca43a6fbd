package io.vagus.ingest.mqtt;

import java.util.ArrayDeque;

/**
 * What one client is owed for its messages: acknowledgements in the order the messages came
 * [MQTT-4.6.0-2, -3], each when its message is durable; and the QoS 2 packet identifiers that it
 * has not released (MQTT 5.0 §4.3.3). Confined to its event loop.
 */
final class Acknowledgements {
  private final Broker broker;
  private final Connection connection;
  private final Session session;
  private final Client client;
  private final int receiveMaximum;
  private final ArrayDeque<PendingAck> pending = new ArrayDeque<>(4);
  private int unacknowledgedQos1;
  private int unreleasedQos2;
  private boolean stopped;

  Acknowledgements(
      Broker broker, Connection connection, Session session, Client client, int receiveMaximum) {
    this.broker = broker;
    this.connection = connection;
    this.session = session;
    this.client = client;
    this.receiveMaximum = receiveMaximum;
    this.unreleasedQos2 = client.received().cardinality();
  }

  /**
   * Whether a client of MQTT 5.0 has as many QoS 1 messages not yet acknowledged and QoS 2 not yet
   * completed as it may (§4.9), this one not among them.
   */
  boolean isWindowFull(int qos, int packetId) {
    return client.limits().isV5()
        && unacknowledgedQos1 + unreleasedQos2 >= receiveMaximum
        && !(qos == 2 && client.received().get(packetId));
  }

  /** Acknowledgements not yet sent. */
  int count() {
    return pending.size();
  }

  boolean isEmpty() {
    return pending.isEmpty();
  }

  /** Whether an acknowledgement can say no. */
  boolean canRefuse() {
    return client.limits().isV5();
  }

  /**
   * The next acknowledgement to be.
   *
   * @param waits how many answers it waits for: of the lane, of the broker
   */
  PendingAck expect(Route route, int packetId, int qos, int waits) {
    PendingAck ack = new PendingAck(this, route, packetId, qos, waits);
    pending.add(ack);
    if (qos == 2) {
      client.received().set(packetId);
      unreleasedQos2++;
    } else {
      unacknowledgedQos1++;
    }
    return ack;
  }

  /** A QoS 2 message that is here already [MQTT-4.3.3-10]; if not yet durable, PUBREC is due. */
  void repeated(int packetId) {
    for (PendingAck ack : pending) {
      if (ack.packetId == packetId) {
        return;
      }
    }
    connection.writer().write(Packets.pubRec(client.limits(), packetId, ReasonCode.SUCCESS, ""));
  }

  /** The lane has it; a QoS 2 packet identifier of a persistent session is to be kept as well. */
  void journaled(PendingAck ack) {
    if (ack.qos == 2 && client.isPersistent()) {
      broker.received(session, client, ack.packetId, c -> ack.settle());
    } else {
      ack.settle();
    }
  }

  /** A message got lost on the way to the journal: the client sends it again, elsewhere. */
  void abandoned() {
    stopped = true;
    connection.disconnect(ReasonCode.SERVER_SHUTTING_DOWN);
  }

  /** Sends those that are due, as far as none before them is missing. */
  void send() {
    PendingAck ack = pending.peek();
    while (ack != null && ack.isSettled() && !stopped) {
      pending.remove();
      send(ack);
      ack = pending.peek();
    }
    connection.writer().flushSoon();
    connection.resumeReading();
    connection.disconnectWhenAcknowledged();
  }

  private void send(PendingAck ack) {
    if (ack.qos == 1) {
      unacknowledgedQos1--;
      connection.writer().write(Packets.pubAck(client.limits(), ack.packetId, ack.reason, ack.why));
      return;
    }
    if (ack.reason.isFailure()) {
      client.received().clear(ack.packetId);
      unreleasedQos2--;
    }
    connection.writer().write(Packets.pubRec(client.limits(), ack.packetId, ack.reason, ack.why));
  }

  /** PUBREL: the client may use the packet identifier again once it has PUBCOMP. */
  void released(int packetId) {
    if (!client.received().get(packetId)) {
      completed(connection, packetId, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
      return;
    }
    client.received().clear(packetId);
    unreleasedQos2--;
    if (client.isPersistent()) {
      broker.released(session, client, packetId, c -> completed(c, packetId, ReasonCode.SUCCESS));
    } else {
      completed(connection, packetId, ReasonCode.SUCCESS);
    }
  }

  private void completed(Connection c, int packetId, ReasonCode reason) {
    c.writer().write(Packets.pubComp(client.limits(), packetId, reason));
  }
}
