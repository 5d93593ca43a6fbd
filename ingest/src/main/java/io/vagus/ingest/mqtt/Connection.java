package io.vagus.ingest.mqtt;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.util.ReferenceCountUtil;
import io.vagus.ingest.Stopping;
import io.vagus.watch.ListenerWatch;
import java.util.function.Function;

/** A connection after its CONNECT was accepted, until it ends. Confined to its event loop. */
final class Connection extends ChannelInboundHandlerAdapter implements KeepAlive.Watched {
  private static final System.Logger LOG = System.getLogger(Connection.class.getName());

  private final Shared shared;
  private final Channel channel;
  private final Client client;
  private final Session session;
  private final long connectExpirySeconds;
  private final MqttMetrics.Listener listener;
  private final PacketWriter writer;
  private final InboundPublishes publishes;
  private final SubscribePackets subscribing;
  private final ReadGate gate;
  private final KeepAlive keepAlive;
  private final SlowReader slowReader;
  private long nowMicros;
  private boolean heard;
  private boolean closing;
  private Goodbye goodbye = Goodbye.NONE;
  private ListenerWatch.Open shown = nowMicros -> {};

  /**
   * A connection that has not begun.
   *
   * @param connectExpirySeconds session expiry interval that CONNECT asked for
   * @param inbound makes the way in for what its client publishes
   */
  Connection(
      Shared shared,
      Channel channel,
      Client client,
      Session session,
      long connectExpirySeconds,
      MqttMetrics.Listener listener,
      Function<Connection, InboundPublishes> inbound) {
    this.shared = shared;
    this.channel = channel;
    this.client = client;
    this.session = session;
    this.connectExpirySeconds = connectExpirySeconds;
    this.listener = listener;
    MqttConfig config = shared.config();
    ClientLimits limits = client.limits();
    this.writer = new PacketWriter(channel, limits, shared.wallClock());
    this.publishes = inbound.apply(this);
    this.subscribing = new SubscribePackets(shared.broker(), session, client, publishes);
    this.gate = new ReadGate(channel, publishes);
    this.keepAlive =
        new KeepAlive(
            channel.eventLoop(), shared.monotonicClock(), limits.keepAliveSeconds(), this);
    this.slowReader =
        new SlowReader(channel.eventLoop(), config.slowReaderTimeout(), this::closeSlowReader);
  }

  /** Begins; the handler is about to be in the pipeline. */
  void start() {
    keepAlive.start();
    listener.connected();
  }

  /** Where it shows as open, until it ends or is ended. */
  void shownAs(ListenerWatch.Open open) {
    shown = open;
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
      heard = true;
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
      case PUBLISH -> publishes.received((MqttPublishMessage) message);
      case PUBACK -> acknowledged(message, Outgoing.Awaited.PUBACK);
      case PUBREC -> pubRec(message);
      case PUBREL -> publishes.acks().released(packetId(message));
      case PUBCOMP -> acknowledged(message, Outgoing.Awaited.PUBCOMP);
      case SUBSCRIBE -> subscribing.subscribe((MqttSubscribeMessage) message);
      case UNSUBSCRIBE -> subscribing.unsubscribe((MqttUnsubscribeMessage) message);
      case PINGREQ -> writer.write(Packets.PINGRESP);
      case DISCONNECT -> disconnectedByClient(message);
      case AUTH, CONNECT, CONNACK, SUBACK, UNSUBACK, PINGRESP ->
          disconnect(ReasonCode.PROTOCOL_ERROR);
    }
  }

  private static int packetId(MqttMessage message) {
    return ((MqttMessageIdVariableHeader) message.variableHeader()).messageId();
  }

  private void acknowledged(MqttMessage message, Outgoing.Awaited what) {
    shared.broker().acknowledged(session, client, packetId(message), what);
  }

  private void pubRec(MqttMessage message) {
    boolean refused =
        message.variableHeader() instanceof MqttPubReplyMessageVariableHeader reply
            && (reply.reasonCode() & 0x80) != 0;
    if (refused) {
      acknowledged(message, Outgoing.Awaited.PUBREC);
    } else {
      shared.broker().confirmed(session, client, packetId(message));
    }
  }

  private void disconnectedByClient(MqttMessage message) {
    Goodbye said = Goodbye.of(message);
    if (said.expirySeconds() > 0 && connectExpirySeconds == 0) {
      disconnect(ReasonCode.PROTOCOL_ERROR); // §3.14.2.2.2
    } else {
      goodbye = said;
      closing = true;
      var _ = channel.close();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext c) {
    if (heard) {
      heard = false;
      keepAlive.heard(); // of a packet: bytes that never become one do not count
    }
    nowMicros = 0;
    publishes.readComplete();
    channel.flush();
    if (!closing) {
      gate.closeIfFull();
    }
  }

  /** Reads on when there is room again for what is read. */
  void resumeReading() {
    gate.resume();
  }

  @Override
  public void keepAliveExceeded() {
    disconnect(ReasonCode.KEEP_ALIVE_TIMEOUT);
  }

  // ---- writing

  PacketWriter writer() {
    return writer;
  }

  @Override
  public boolean isReading() {
    return gate.isOpen();
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
    slowReader.writable(channel.isWritable());
    if (channel.isWritable()) {
      askForMore();
      resumeReading();
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
      gate.closeForGood();
      disconnectWhenAcknowledged();
    }
  }

  /** While stopping, the last acknowledgement is followed by the end. */
  void disconnectWhenAcknowledged() {
    if (gate.isClosedForGood() && publishes.acks().isEmpty()) {
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
    shown.closed(shared.wallClock().micros()); // what still comes is thrown away
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
    gate.connectionEnded();
    slowReader.stop();
    publishes.readComplete();
    listener.connections.decrementAndGet();
    shared.broker().disconnected(session, client, goodbye);
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
