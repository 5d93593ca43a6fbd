package io.vagus.ingest.mqtt;

import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.vagus.ingest.Admission;
import io.vagus.ingest.Lane;
import io.vagus.ingest.Receipt;
import io.vagus.ingest.TimeExchange;
import io.vagus.ingest.WayBack;
import io.vagus.kit.ErrorCode;
import io.vagus.model.Channel;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.Envelope;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The way of a client's messages into the platform and to subscribers. Confined to its event loop.
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
  private final Origin origin;
  private final InboundAliases aliases;
  private final Acknowledgements acks;
  private final AtomicLong brokerBytes = new AtomicLong();
  private final Ways ways;
  private final ToldRefusals told;
  private final TrafficLint lint;
  private final CommandAnswers answers;
  private boolean submitted;

  InboundPublishes(
      Shared shared,
      Connection connection,
      Session session,
      Client client,
      Principal principal,
      Lane lane,
      Origin origin) {
    this.shared = shared;
    this.connection = connection;
    this.session = session;
    this.client = client;
    this.ways = new Ways(principal, shared.trie());
    this.sender =
        principal instanceof Principal.OfDevice d ? Optional.of(d.device()) : Optional.empty();
    this.lane = lane;
    this.answers = new CommandAnswers(shared, client);
    this.origin = origin;
    this.told = new ToldRefusals(shared.parts().watch(), origin, sender, ways);
    this.lint = new TrafficLint(shared.parts().watch(), sender, connection::nowMicros);
    this.aliases = new InboundAliases(shared.config().topicAliasMaximum());
    this.acks =
        new Acknowledgements(
            shared.broker(), connection, session, client, shared.config().receiveMaximum());
  }

  ToldRefusals told() {
    return told;
  }

  TrafficLint lint() {
    return lint;
  }

  Acknowledgements acks() {
    return acks;
  }

  boolean isFull() {
    return !connection.writer().isWritable()
        || acks.count() >= shared.config().receiveMaximum()
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

  void received(MqttPublishMessage packet) {
    int qos = packet.fixedHeader().qosLevel().value();
    int packetId = qos == 0 ? 0 : packet.variableHeader().packetId();
    connection.listener().received(qos);
    if (qos > 0 && acks.isWindowFull(qos, packetId)) {
      connection.disconnect(ReasonCode.RECEIVE_MAXIMUM_EXCEEDED); // [MQTT-3.3.4-9]
      return;
    } else if (!aliases.isInRange(packet.variableHeader())) {
      connection.disconnect(ReasonCode.TOPIC_ALIAS_INVALID);
      return;
    }
    String topic = aliases.resolve(packet.variableHeader());
    if (topic == null) {
      connection.disconnect(ReasonCode.PROTOCOL_ERROR); // §3.3.2.3.4
    } else if (!Topics.isValidName(topic)) {
      connection.disconnect(ReasonCode.TOPIC_NAME_INVALID);
    } else {
      publish(packet, topic, qos, packetId);
    }
  }

  private void publish(MqttPublishMessage packet, String topic, int qos, int packetId) {
    if (qos == 2 && client.received().get(packetId)) {
      acks.repeated(packetId);
      return;
    }
    Ways.Way way = ways.of(topic);
    if (way.route instanceof Route.Ingest || way.route instanceof Route.Back) {
      lint.published(way.route, qos, packet.fixedHeader().isRetain());
    }
    Optional<Admission.Denied> tooMuch =
        shared.parts().admission().fromAddress(origin.remote(), packet.payload().readableBytes());
    if (tooMuch.isPresent()) {
      refuse(way.route, qos, packetId, tooMuch.get().code(), tooMuch.get().why());
      return;
    }
    switch (way.route) {
      case Route.Ingest ingest -> ingest(packet, way, ingest, qos, packetId);
      case Route.Back back -> wayBack(packet, back, qos, packetId);
      case Route.PubSub r when PublishPacket.isMislabelled(packet) ->
          refuse(r, qos, packetId, ErrorCode.PAYLOAD_MALFORMED, "payload: not UTF-8");
      case Route.PubSub r -> {
        PendingAck ack = qos == 0 ? null : acks.expect(r, packetId, qos, 1);
        Message message =
            PublishPacket.message(
                packet,
                topic,
                PublishPacket.payload(packet),
                connection.nowMicros(),
                session.number);
        toBroker(message, qos == 2 ? packetId : 0, ack);
      }
      case Route.Denied denied -> refuse(denied, qos, packetId, ErrorCode.NOT_AUTHORIZED, "");
    }
  }

  private void ingest(
      MqttPublishMessage packet, Ways.Way way, Route.Ingest route, int qos, int packetId) {
    int length = packet.payload().readableBytes();
    switch (shared.admit(sender, route, length)) {
      case Admission.Denied denied -> refuse(route, qos, packetId, denied.code(), denied.why());
      case Admission.Admitted admitted -> {
        byte[] payload = PublishPacket.payload(packet);
        Envelope envelope =
            PublishPacket.envelope(
                packet,
                route,
                admitted.model(),
                origin.transport(),
                connection.nowMicros(),
                payload);
        if (sender.isEmpty()) {
          heard(route.device());
        }
        boolean both = ways.isWatched(way) || packet.fixedHeader().isRetain();
        PendingAck ack = qos == 0 ? null : acks.expect(route, packetId, qos, both ? 2 : 1);
        lane.submit(envelope, ack == null ? Unacknowledged.RECEIPT : ack);
        submitted = true;
        if (both) {
          toBroker(
              PublishPacket.message(
                  packet, route.topic(), payload, connection.nowMicros(), session.number),
              0,
              ack);
        }
        if (route.channel() == Channel.TIME) {
          answerTime(route, envelope);
        }
      }
    }
  }

  private void wayBack(MqttPublishMessage packet, Route.Back route, int qos, int packetId) {
    int length = packet.payload().readableBytes();
    switch (shared.admit(sender, route, length)) {
      case Admission.Denied denied -> refuse(route, qos, packetId, denied.code(), denied.why());
      case Admission.Admitted admitted -> {
        Receipt receipt = qos == 0 ? Unacknowledged.RECEIPT : acks.expect(route, packetId, qos, 1);
        switch (route.word()) {
          case Route.AsksForDesired() -> {
            shared.parts().wayBack().asksForDesired(route.device());
            receipt.durable(0);
          }
          case Route.Answers(String command, WayBack.Answer what) ->
              answers.take(route, command, what, PublishPacket.payload(packet), receipt);
        }
      }
    }
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
    lane.refused(origin.transport(), code);
    told.message(route, code, why);
    ReasonCode reason = publishReason(code);
    connection.listener().closed(reason);
    if (client.limits().isV5()) {
      if (qos > 0) {
        PendingAck ack = acks.expect(route, packetId, qos, 0);
        ack.reason = reason;
        ack.why = why;
        acks.send();
      }
    } else if (qos > 0 || code == ErrorCode.NOT_AUTHORIZED) {
      // MQTT 3.1.1 cannot refuse, and an acknowledgement would be a lie (§3.3.5).
      connection.disconnect(reason);
    }
  }

  /** In open mode a connection is nobody's: who speaks through it is there. */
  private void heard(DeviceId device) {
    shared
        .parts()
        .watch()
        .heard(device, origin.transport(), origin.address(), connection.nowMicros());
  }

  /** The reason codes that PUBACK and PUBREC may carry (MQTT 5.0 §3.4.2.1). */
  private static ReasonCode publishReason(ErrorCode code) {
    return switch (code) {
      case NOT_AUTHORIZED,
          DEVICE_SUSPENDED,
          DEVICE_QUARANTINED,
          DEVICE_IN_TRANSFER,
          DEVICE_RETURNED,
          DEVICE_RETIRED ->
          ReasonCode.NOT_AUTHORIZED;
      case TOPIC_INVALID -> ReasonCode.TOPIC_NAME_INVALID;
      case RATE_EXCEEDED, QUOTA_EXCEEDED, PAYLOAD_TOO_LARGE, BUSY -> ReasonCode.QUOTA_EXCEEDED;
      case PAYLOAD_MALFORMED -> ReasonCode.PAYLOAD_FORMAT_INVALID;
      default -> ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR;
    };
  }

  /** The read is complete: what it brought goes to the journal together. */
  void readComplete() {
    if (submitted) {
      submitted = false;
      lane.flush();
    }
  }
}
