package io.vagus.ingest.mqtt;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.vagus.ingest.Admission;
import io.vagus.ingest.Lane;
import io.vagus.ingest.TimeExchange;
import io.vagus.kit.ErrorCode;
import io.vagus.model.Channel;
import io.vagus.model.Device;
import io.vagus.model.Envelope;
import io.vagus.model.Transport;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The way of a client's messages into the platform and to subscribers, and of the acknowledgements
 * back: in the order the messages came [MQTT-4.6.0-2, -3], each when its message is durable.
 * Confined to its event loop.
 */
final class InboundPublishes {
  /** Bytes of one client's messages that the broker has not taken yet. */
  private static final long MAX_BROKER_BYTES = 1 << 20;

  private final Shared shared;
  private final Connection connection;
  private final Session session;
  private final Client client;
  private final Optional<Device> sender;
  private final Lane lane;
  private final Transport transport;
  private final ArrayDeque<PendingAck> pending = new ArrayDeque<>(4);
  private final AtomicLong brokerBytes = new AtomicLong();
  private final Ways ways;
  private int unacknowledgedQos1;
  private int unreleasedQos2;
  private boolean submitted;
  private boolean stopped;

  InboundPublishes(
      Shared shared,
      Connection connection,
      Session session,
      Client client,
      Principal principal,
      Lane lane,
      Transport transport) {
    this.shared = shared;
    this.connection = connection;
    this.session = session;
    this.client = client;
    this.ways = new Ways(principal, shared.trie());
    this.sender =
        principal instanceof Principal.OfDevice d ? Optional.of(d.device()) : Optional.empty();
    this.lane = lane;
    this.transport = transport;
    this.unreleasedQos2 = client.received().cardinality();
  }

  /** QoS 1 messages not yet acknowledged and QoS 2 not yet completed (MQTT 5.0 §4.9). */
  int outstanding() {
    return unacknowledgedQos1 + unreleasedQos2;
  }

  boolean isAllAcknowledged() {
    return pending.isEmpty();
  }

  boolean isFull() {
    return !connection.isWritable()
        || pending.size() >= shared.config().receiveMaximum()
        || brokerBytes.get() > MAX_BROKER_BYTES
        || !lane.writable();
  }

  /** Work for the broker that is no message; it counts until {@link #brokerTook}. */
  void toBroker(int bytes) {
    brokerBytes.addAndGet(bytes);
  }

  void brokerTook(int bytes) {
    brokerBytes.addAndGet(-bytes);
    connection.resumeReading();
  }

  Lane lane() {
    return lane;
  }

  void publish(MqttPublishMessage packet, String topic) {
    int qos = packet.fixedHeader().qosLevel().value();
    int packetId = qos == 0 ? 0 : packet.variableHeader().packetId();
    if (qos == 2 && client.received().get(packetId)) {
      repeated(packetId);
      return;
    }
    Ways.Way way = ways.of(topic);
    switch (way.route) {
      case Route.Ingest ingest -> ingest(packet, way, ingest, qos, packetId);
      case Route.PubSub r -> {
        PendingAck ack = qos == 0 ? null : expect(r, packetId, qos, 1);
        Message message = message(packet, topic, payload(packet));
        toBroker(message, qos == 2 ? packetId : 0, ack);
      }
      case Route.Denied denied -> refuse(denied, qos, packetId, ErrorCode.NOT_AUTHORIZED, "");
    }
  }

  /** A QoS 2 message that is here already [MQTT-4.3.3-10]; if not yet durable, PUBREC is due. */
  private void repeated(int packetId) {
    for (PendingAck ack : pending) {
      if (ack.packetId == packetId) {
        return;
      }
    }
    connection.write(Packets.pubRec(client.limits(), packetId, ReasonCode.SUCCESS, ""));
  }

  private PendingAck expect(Route route, int packetId, int qos, int waits) {
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

  private void ingest(
      MqttPublishMessage packet, Ways.Way way, Route.Ingest route, int qos, int packetId) {
    int length = packet.payload().readableBytes();
    switch (shared.admit(sender, route.device(), length)) {
      case Admission.Denied denied -> refuse(route, qos, packetId, denied.code(), denied.why());
      case Admission.Admitted admitted -> {
        byte[] payload = payload(packet);
        Envelope envelope = envelope(packet, route, admitted, packetId, payload);
        boolean both = ways.isWatched(way) || packet.fixedHeader().isRetain();
        PendingAck ack = qos == 0 ? null : expect(route, packetId, qos, both ? 2 : 1);
        lane.submit(envelope, ack == null ? Unacknowledged.RECEIPT : ack);
        submitted = true;
        if (both) {
          toBroker(message(packet, route.topic(), payload), 0, ack);
        }
        if (route.channel() == Channel.TIME) {
          answerTime(route, envelope);
        }
      }
    }
  }

  private Envelope envelope(
      MqttPublishMessage packet,
      Route.Ingest route,
      Admission.Admitted admitted,
      int packetId,
      byte[] payload) {
    MqttProperties properties = packet.variableHeader().properties();
    String contentType = "";
    Optional<String> messageId = Optional.empty();
    if (!properties.isEmpty()) {
      String type = PropertyMap.text(properties, MqttProperties.CONTENT_TYPE);
      contentType = type == null ? "" : type.toLowerCase(Locale.ROOT);
      messageId = Optional.ofNullable(PropertyMap.user(properties, "message-id"));
    }
    return new Envelope(
        route.device(),
        route.gateway(),
        route.channel(),
        transport,
        connection.nowMicros(),
        contentType,
        messageId,
        admitted.model().id(),
        admitted.model().version(),
        packet.fixedHeader().isDup(),
        packetId,
        payload);
  }

  private static byte[] payload(MqttPublishMessage packet) {
    byte[] payload = new byte[packet.payload().readableBytes()];
    packet.payload().getBytes(packet.payload().readerIndex(), payload);
    return payload;
  }

  private Message message(MqttPublishMessage packet, String topic, byte[] payload) {
    return new Message(
        topic,
        payload,
        packet.fixedHeader().qosLevel().value(),
        packet.fixedHeader().isRetain(),
        PropertyMap.ofMessage(packet.variableHeader().properties()),
        connection.nowMicros(),
        session.number);
  }

  private void toBroker(Message message, int receivedPacketId, @Nullable PendingAck ack) {
    int size = message.sizeBytes();
    Broker broker = shared.broker();
    brokerBytes.addAndGet(size);
    broker.publish(
        session,
        client,
        message,
        receivedPacketId,
        outcome -> {
          boolean wasFull = brokerBytes.getAndAdd(-size) > MAX_BROKER_BYTES;
          if (ack != null) {
            broker.post(client, c -> distributed(ack, outcome));
          } else if (wasFull) {
            broker.post(client, Connection::resumeReading);
          }
        });
  }

  private static void distributed(PendingAck ack, Distributor.Outcome outcome) {
    if (outcome == Distributor.Outcome.NOBODY && ack.isForSubscribers()) {
      ack.reason = ReasonCode.NO_MATCHING_SUBSCRIBERS;
    }
    ack.settle();
  }

  private void answerTime(Route.Ingest route, Envelope envelope) {
    String topic = route.topic() + "/reply";
    if (shared.trie().hasMatch(topic)) {
      tell(
          topic,
          TimeExchange.answer(
              envelope.payload(), envelope.receivedMicros(), shared.wallClock().micros()));
    }
  }

  private void tell(String topic, byte[] payload) {
    Message message =
        new Message(topic, payload, 0, false, Message.Properties.NONE, connection.nowMicros(), 0);
    shared.broker().publish(message, outcome -> {});
  }

  private void refuse(Route route, int qos, int packetId, ErrorCode code, String why) {
    lane.refused(transport, code);
    ReasonCode reason = publishReason(code);
    connection.listener().closed(reason);
    if (client.limits().isV5()) {
      if (qos > 0) {
        PendingAck ack = expect(route, packetId, qos, 0);
        ack.reason = reason;
        ack.why = why;
        acknowledgeSettled();
      }
    } else if (qos > 0 || code == ErrorCode.NOT_AUTHORIZED) {
      // MQTT 3.1.1 cannot refuse, and an acknowledgement would be a lie (§3.3.5).
      connection.disconnect(reason);
    }
  }

  /** The reason codes that PUBACK and PUBREC may carry (MQTT 5.0 §3.4.2.1). */
  private static ReasonCode publishReason(ErrorCode code) {
    return switch (code) {
      case NOT_AUTHORIZED, DEVICE_SUSPENDED -> ReasonCode.NOT_AUTHORIZED;
      case TOPIC_INVALID -> ReasonCode.TOPIC_NAME_INVALID;
      case RATE_EXCEEDED, QUOTA_EXCEEDED, BUSY -> ReasonCode.QUOTA_EXCEEDED;
      case PAYLOAD_MALFORMED -> ReasonCode.PAYLOAD_FORMAT_INVALID;
      default -> ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR;
    };
  }

  /** The lane has it; a QoS 2 packet identifier of a persistent session is to be kept as well. */
  void journaled(PendingAck ack) {
    if (ack.qos == 2 && client.isPersistent()) {
      shared.broker().received(session, client, ack.packetId, c -> ack.settle());
    } else {
      ack.settle();
    }
  }

  /** Whether an acknowledgement can say no. */
  boolean canRefuse() {
    return client.limits().isV5();
  }

  void abandoned() {
    stopped = true;
    connection.disconnect(ReasonCode.SERVER_SHUTTING_DOWN);
  }

  /** Sends the acknowledgements that are due, as far as none before them is missing. */
  void acknowledgeSettled() {
    PendingAck ack = pending.peek();
    while (ack != null && ack.isSettled() && !stopped) {
      pending.remove();
      if (ack.qos == 1) {
        unacknowledgedQos1--;
        connection.write(Packets.pubAck(client.limits(), ack.packetId, ack.reason, ack.why));
      } else {
        if (ack.reason.isFailure()) {
          client.received().clear(ack.packetId);
          unreleasedQos2--;
        }
        connection.write(Packets.pubRec(client.limits(), ack.packetId, ack.reason, ack.why));
      }
      ack = pending.peek();
    }
    connection.flushSoon();
    connection.resumeReading();
    connection.disconnectWhenAcknowledged();
  }

  /** PUBREL: the client may use the packet identifier again once it has PUBCOMP. */
  void released(int packetId) {
    if (!client.received().get(packetId)) {
      connection.write(
          Packets.pubComp(client.limits(), packetId, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
      return;
    }
    client.received().clear(packetId);
    unreleasedQos2--;
    if (client.isPersistent()) {
      shared
          .broker()
          .released(
              session,
              client,
              packetId,
              c -> c.write(Packets.pubComp(client.limits(), packetId, ReasonCode.SUCCESS)));
    } else {
      connection.write(Packets.pubComp(client.limits(), packetId, ReasonCode.SUCCESS));
    }
  }

  /** The read is complete: what it brought goes to the journal together. */
  void readComplete() {
    if (submitted) {
      submitted = false;
      lane.flush();
    }
  }
}
