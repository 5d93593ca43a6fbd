package io.vagus.ingest.mqtt;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.util.ReferenceCountUtil;
import io.vagus.ingest.Stopping;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A connection after its CONNECT was accepted, until it ends. Confined to its event loop. */
final class Connection extends ChannelInboundHandlerAdapter implements KeepAlive.Watched {
  private static final System.Logger LOG = System.getLogger(Connection.class.getName());

  /** What a subscription counts for while the broker has not taken it. */
  private static final int BROKER_BYTES = 256;

  private final Shared shared;
  private final Channel channel;
  private final Client client;
  private final Session session;
  private final TopicAliases aliases;
  private final MqttMetrics.Listener listener;
  private final KeepAlive keepAlive;
  private final Runnable laneWritable = this::laneIsWritable;
  private final long connectExpirySeconds;
  private @Nullable InboundPublishes publishes;
  private @Nullable ScheduledFuture<?> slowReaderTimer;
  private long nowMicros;
  private boolean flushing;
  private boolean reading = true;
  private boolean awaitingLane;
  private boolean closing;
  private boolean stopping;
  private boolean sendWill = true;
  private long disconnectExpirySeconds = -1;

  Connection(
      Shared shared,
      Channel channel,
      Client client,
      Session session,
      long connectExpirySeconds,
      MqttMetrics.Listener listener) {
    this.shared = shared;
    this.channel = channel;
    this.client = client;
    this.session = session;
    this.connectExpirySeconds = connectExpirySeconds;
    this.listener = listener;
    ClientLimits limits = client.limits();
    this.aliases =
        new TopicAliases(shared.config().topicAliasMaximum(), limits.topicAliasMaximum());
    this.keepAlive =
        new KeepAlive(
            channel.eventLoop(), shared.monotonicClock(), limits.keepAliveSeconds(), this);
  }

  /** Begins; the handler is in the pipeline by now. */
  void start(InboundPublishes inbound) {
    publishes = inbound;
    keepAlive.start();
    listener.connected();
  }

  MqttMetrics.Listener listener() {
    return listener;
  }

  /** Wall clock, read once per read of the socket. */
  long nowMicros() {
    if (nowMicros == 0) {
      nowMicros = shared.wallClock().micros();
    }
    return nowMicros;
  }

  // ---- reading

  @Override
  public void channelRead(ChannelHandlerContext c, Object packet) {
    try {
      if (closing) {
        return;
      }
      if (packet instanceof WireFault fault) {
        disconnect(fault.reason());
      } else if (packet instanceof MqttMessage message && message.decoderResult().isSuccess()) {
        handle(message);
      } else {
        disconnect(ReasonCode.MALFORMED_PACKET);
      }
    } finally {
      ReferenceCountUtil.release(packet);
    }
  }

  private void handle(MqttMessage message) {
    switch (message.fixedHeader().messageType()) {
      case PUBLISH -> publish((MqttPublishMessage) message);
      case PUBACK -> shared.broker().acknowledged(session, client, packetId(message));
      case PUBREC -> pubRec(message);
      case PUBREL -> publishes().released(packetId(message));
      case PUBCOMP -> shared.broker().acknowledged(session, client, packetId(message));
      case SUBSCRIBE -> subscribe((MqttSubscribeMessage) message);
      case UNSUBSCRIBE -> unsubscribe((MqttUnsubscribeMessage) message);
      case PINGREQ -> write(Packets.PINGRESP);
      case DISCONNECT -> disconnectedByClient(message);
      case AUTH, CONNECT, CONNACK, SUBACK, UNSUBACK, PINGRESP ->
          disconnect(ReasonCode.PROTOCOL_ERROR);
    }
  }

  private InboundPublishes publishes() {
    return java.util.Objects.requireNonNull(publishes);
  }

  private static int packetId(MqttMessage message) {
    return ((MqttMessageIdVariableHeader) message.variableHeader()).messageId();
  }

  private void publish(MqttPublishMessage message) {
    int qos = message.fixedHeader().qosLevel().value();
    listener.received(qos);
    boolean v5 = client.limits().isV5();
    if (v5 && qos > 0 && publishes().outstanding() >= shared.config().receiveMaximum()) {
      boolean known = qos == 2 && client.received().get(message.variableHeader().packetId());
      if (!known) {
        disconnect(ReasonCode.RECEIVE_MAXIMUM_EXCEEDED); // [MQTT-3.3.4-9]
        return;
      }
    }
    String topic = topic(message);
    if (topic == null) {
      disconnect(ReasonCode.TOPIC_ALIAS_INVALID);
    } else if (!Topics.isValidName(topic)) {
      disconnect(ReasonCode.TOPIC_NAME_INVALID);
    } else {
      publishes().publish(message, topic);
    }
  }

  private @Nullable String topic(MqttPublishMessage message) {
    String topic = message.variableHeader().topicName();
    MqttProperties properties = message.variableHeader().properties();
    int alias =
        properties.isEmpty()
            ? 0
            : (int) PropertyMap.number(properties, MqttProperties.TOPIC_ALIAS, 0);
    return alias == 0 ? topic : aliases.resolve(topic, alias);
  }

  private void pubRec(MqttMessage message) {
    boolean refused =
        message.variableHeader() instanceof MqttPubReplyMessageVariableHeader reply
            && (reply.reasonCode() & 0x80) != 0;
    if (refused) {
      shared.broker().acknowledged(session, client, packetId(message));
    } else {
      shared.broker().confirmed(session, client, packetId(message));
    }
  }

  private void subscribe(MqttSubscribeMessage message) {
    int packetId = message.variableHeader().messageId();
    MqttProperties properties = message.idAndPropertiesVariableHeader().properties();
    int identifier =
        (int) PropertyMap.number(properties, MqttProperties.SUBSCRIPTION_IDENTIFIER, 0);
    List<Subscription> wanted = new ArrayList<>();
    for (MqttTopicSubscription s : message.payload().topicSubscriptions()) {
      wanted.add(
          new Subscription(
              s.topicFilter(),
              s.option().qos().value(),
              s.option().isNoLocal(),
              s.option().isRetainAsPublished(),
              s.option().retainHandling().value(),
              identifier));
    }
    boolean v5 = client.limits().isV5();
    int cost = BROKER_BYTES * wanted.size();
    publishes().toBroker(cost);
    shared
        .broker()
        .subscribe(
            session,
            client,
            wanted,
            (c, codes) -> {
              c.write(Packets.subAck(packetId, codes, v5));
              publishes().brokerTook(cost);
            });
  }

  private void unsubscribe(MqttUnsubscribeMessage message) {
    int packetId = message.variableHeader().messageId();
    boolean v5 = client.limits().isV5();
    List<String> filters = List.copyOf(message.payload().topics());
    int cost = BROKER_BYTES * filters.size();
    publishes().toBroker(cost);
    shared
        .broker()
        .unsubscribe(
            session,
            client,
            filters,
            (c, codes) -> {
              c.write(Packets.unsubAck(packetId, codes, v5));
              publishes().brokerTook(cost);
            });
  }

  private void disconnectedByClient(MqttMessage message) {
    sendWill = false;
    if (message.variableHeader() instanceof MqttReasonCodeAndPropertiesVariableHeader header) {
      sendWill = header.reasonCode() != 0;
      disconnectExpirySeconds =
          PropertyMap.number(header.properties(), MqttProperties.SESSION_EXPIRY_INTERVAL, -1);
      if (disconnectExpirySeconds > 0 && connectExpirySeconds == 0) {
        disconnectExpirySeconds = -1;
        sendWill = true;
        disconnect(ReasonCode.PROTOCOL_ERROR); // [MQTT-3.14.2-2], §3.14.2.2.2
        return;
      }
    }
    closing = true;
    var _ = channel.close();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext c) {
    keepAlive.heard();
    nowMicros = 0;
    publishes().readComplete();
    channel.flush();
    if (reading && !closing && publishes().isFull()) {
      reading = false;
      channel.config().setAutoRead(false);
      awaitLane();
    }
  }

  /** Reads on when there is room again for what is read. */
  void resumeReading() {
    if (reading || stopping) {
      return;
    }
    if (publishes().isFull()) {
      awaitLane();
    } else {
      reading = true;
      channel.config().setAutoRead(true);
    }
  }

  /** Of all that may be full only the lane has to be asked to call back. */
  private void awaitLane() {
    if (!awaitingLane && !publishes().lane().writable()) {
      awaitingLane = true;
      publishes().lane().whenWritable(laneWritable);
    }
  }

  private void laneIsWritable() {
    awaitingLane = false;
    resumeReading();
  }

  @Override
  public void keepAliveExceeded() {
    disconnect(ReasonCode.KEEP_ALIVE_TIMEOUT);
  }

  // ---- writing

  boolean isWritable() {
    return channel.isWritable();
  }

  void write(MqttMessage packet) {
    var _ = channel.write(packet, channel.voidPromise());
  }

  /** Flushes once, after what this turn of the event loop still writes. */
  void flushSoon() {
    if (!flushing) {
      flushing = true;
      channel
          .eventLoop()
          .execute(() -> {
            flushing = false;
            channel.flush();
          });
    }
  }

  void writePublish(Outgoing outgoing, boolean redelivery) {
    String topic = outgoing.message.topic();
    boolean v5 = client.limits().isV5();
    MqttProperties properties =
        v5
            ? PropertyMap.ofPublish(outgoing, shared.wallClock().micros())
            : MqttProperties.NO_PROPERTIES;
    if (client.limits().topicAliasMaximum() > 0) {
      int alias = aliases.alias(topic);
      boolean isNew = alias == 0;
      alias = isNew ? aliases.assign(topic) : alias;
      if (alias > 0) {
        properties = properties == MqttProperties.NO_PROPERTIES ? new MqttProperties() : properties;
        PropertyMap.add(properties, MqttProperties.TOPIC_ALIAS, alias);
        topic = isNew ? topic : "";
      }
    }
    write(Packets.publish(outgoing, redelivery && outgoing.qos > 0, topic, properties));
  }

  void writePubrel(int packetId) {
    write(Packets.pubRel(client.limits(), packetId, ReasonCode.SUCCESS));
  }

  void writePubrelNotFound(int packetId) {
    write(Packets.pubRel(client.limits(), packetId, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
  }

  @Override
  public boolean isReading() {
    return reading;
  }

  boolean isClosing() {
    return closing;
  }

  /** A batch of the broker's is written. */
  void tookBatch() {
    channel.flush();
    if (!closing) {
      askForMore();
    }
  }

  private void askForMore() {
    if (client.wantsMore()) {
      shared.broker().drain(session, client);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext c) {
    if (channel.isWritable()) {
      if (slowReaderTimer != null) {
        slowReaderTimer.cancel(false);
        slowReaderTimer = null;
      }
      askForMore();
      resumeReading();
    } else if (slowReaderTimer == null) {
      slowReaderTimer =
          channel
              .eventLoop()
              .schedule(
                  this::closeSlowReader,
                  shared.config().slowReaderTimeout().toMillis(),
                  TimeUnit.MILLISECONDS);
    }
  }

  private void closeSlowReader() {
    listener.closed(ReasonCode.QUOTA_EXCEEDED);
    closing = true;
    var _ = channel.close(); // a DISCONNECT would wait behind what the client does not take
  }

  // ---- ending

  /** The server stops: read no more, acknowledge what is in flight, then say so. */
  @Override
  public void userEventTriggered(ChannelHandlerContext c, Object event) {
    if (event == Stopping.EVENT) {
      stopping = true;
      reading = false;
      channel.config().setAutoRead(false);
      disconnectWhenAcknowledged();
    }
  }

  /** While stopping, the last acknowledgement is followed by the end. */
  void disconnectWhenAcknowledged() {
    if (stopping && publishes().isAllAcknowledged()) {
      disconnect(ReasonCode.SERVER_SHUTTING_DOWN);
    }
  }

  /** Ends the connection, in MQTT 5 with the reason (§3.14). */
  void disconnect(ReasonCode reason) {
    if (closing) {
      return;
    }
    closing = true;
    listener.closed(reason);
    if (client.limits().isV5()) {
      Farewell.say(channel, Packets.disconnect(client.limits(), reason, ""));
    } else {
      Farewell.say(channel);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext c) {
    closing = true;
    keepAlive.stop();
    publishes().lane().forget(laneWritable);
    if (slowReaderTimer != null) {
      slowReaderTimer.cancel(false);
    }
    publishes().readComplete();
    listener.connections.decrementAndGet();
    shared.broker().disconnected(session, client, sendWill, disconnectExpirySeconds);
  }

  /** A reset by the other side is how connections end; anything else is ours. */
  @Override
  public void exceptionCaught(ChannelHandlerContext c, Throwable cause) {
    if (!(cause instanceof java.io.IOException)) {
      LOG.log(System.Logger.Level.WARNING, "connection failed", cause);
    }
    var _ = channel.close();
  }
}
