package io.vagus.ingest.mqtt;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.util.ReferenceCountUtil;
import io.vagus.ingest.DeviceConnections;
import io.vagus.ingest.Lane;
import io.vagus.ingest.Stopping;
import io.vagus.kit.ErrorCode;
import io.vagus.model.DeviceId;
import io.vagus.registry.Credentials;
import io.vagus.watch.ListenerWatch;
import java.util.ArrayDeque;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection until its CONNECT is accepted (MQTT 5.0 §3.1.4). Confined to its event loop.
 *
 * <pre>
 * waiting ─CONNECT─▶ authenticating ─verdict─▶ opening ─session─▶ replaced by {@link Connection}
 *    └─deadline, fault┴────refused───┴──too many──▶ CONNACK, closed
 * </pre>
 */
final class ConnectHandler extends ChannelInboundHandlerAdapter {
  private static final System.Logger LOG = System.getLogger(ConnectHandler.class.getName());

  private final Shared shared;
  private final Lane lane;
  private final Origin origin;
  private final MqttMetrics.Listener listener;

  /** What the client sent after CONNECT without waiting for CONNACK. */
  private final ArrayDeque<Object> held = new ArrayDeque<>(2);

  private @Nullable ScheduledFuture<?> deadline;
  private @Nullable ConnectRequest request;
  private boolean done;

  ConnectHandler(Shared shared, Lane lane, Origin origin, MqttMetrics.Listener listener) {
    this.shared = shared;
    this.lane = lane;
    this.origin = origin;
    this.listener = listener;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    deadline =
        ctx.executor()
            .schedule(
                () -> {
                  if (request == null) {
                    refuse(ctx, ReasonCode.KEEP_ALIVE_TIMEOUT, false, false);
                  }
                },
                shared.config().connectTimeout().toMillis(),
                TimeUnit.MILLISECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object packet) {
    if (done) {
      ReferenceCountUtil.release(packet);
    } else if (request != null) {
      held.add(packet);
    } else if (packet instanceof WireFault fault) {
      refuse(ctx, fault.reason(), fault.inConnect(), fault.protocolLevel() >= WireCheck.V5);
    } else if (packet instanceof MqttConnectMessage connect
        && connect.decoderResult().isSuccess()) {
      connect(ctx, connect);
    } else {
      ReferenceCountUtil.release(packet);
      refuse(ctx, ReasonCode.MALFORMED_PACKET, false, false);
    }
  }

  private void connect(ChannelHandlerContext ctx, MqttConnectMessage packet) {
    ConnectRequest asked = ConnectRequest.of(packet, shared.config(), shared.wallClock());
    request = asked;
    ctx.channel().config().setAutoRead(false);
    ReasonCode refusal = asked.refusal();
    if (refusal != null) {
      refuse(ctx, refusal, true, asked.isV5());
    } else if (shared.parts().open()) {
      open(ctx, asked, new Principal.Anonymous());
    } else if (shared.parts().certificates().isShownBy(ctx.channel())) {
      shared
          .parts()
          .certificates()
          .prove(ctx.channel(), asked.userName(), verdict -> judged(ctx, asked, verdict));
    } else if (asked.userName().isEmpty() || Credentials.isBound(asked.password())) {
      // A connection outlasts a token of ten minutes: it takes the secret itself.
      refuse(ctx, ReasonCode.NOT_AUTHORIZED, true, asked.isV5());
    } else {
      Channel channel = ctx.channel();
      shared
          .parts()
          .authenticator()
          .authenticate(
              ctx.executor(),
              origin.remote(),
              asked.userName(),
              asked.password(),
              channel::isActive,
              verdict -> judged(ctx, asked, verdict));
    }
  }

  private void judged(
      ChannelHandlerContext ctx, ConnectRequest asked, Credentials.Verdict verdict) {
    switch (verdict) {
      case Credentials.DeviceVerdict d -> open(ctx, asked, new Principal.OfDevice(d.device()));
      case Credentials.ApplicationVerdict a ->
          open(ctx, asked, new Principal.OfApplication(a.application()));
      case Credentials.Refused r -> {
        tell(r.code().code(), r.why());
        refuseUntold(ctx, reason(r.code()), true, asked.isV5());
      }
    }
  }

  private static ReasonCode reason(ErrorCode code) {
    return ReasonCode.of(code.mqttReason());
  }

  private void open(ChannelHandlerContext ctx, ConnectRequest asked, Principal principal) {
    if (!ctx.channel().isActive() || done) {
      return;
    }
    Will will = asked.will();
    if (will != null && Route.of(principal, will.message().topic()) instanceof Route.Denied) {
      refuse(ctx, ReasonCode.NOT_AUTHORIZED, true, asked.isV5());
      return;
    }
    if (principal instanceof Principal.OfDevice d && !counted(ctx.channel(), d)) {
      refuse(ctx, ReasonCode.QUOTA_EXCEEDED, true, asked.isV5());
      return;
    }
    Client client =
        new Client(ctx.channel(), asked.limits(), shared.config().maxOutbound().bytes());
    shared
        .broker()
        .connect(
            new Broker.Connect(
                principal, asked.clientId(), asked.cleanStart(), asked.expirySeconds(), will),
            client,
            (session, present) -> opened(ctx, asked, principal, client, session, present));
  }

  /** Whether the device may have one connection more, until the channel closes. */
  private boolean counted(Channel channel, Principal.OfDevice principal) {
    DeviceConnections connections = shared.parts().deviceConnections();
    DeviceId device = principal.device().id();
    boolean taken = connections.opened(device);
    if (taken) {
      var _ = channel.closeFuture().addListener(c -> connections.closed(device));
    }
    return taken;
  }

  private void opened(
      ChannelHandlerContext ctx,
      ConnectRequest asked,
      Principal principal,
      Client client,
      @Nullable Session session,
      boolean present) {
    if (session == null) {
      refuse(ctx, ReasonCode.QUOTA_EXCEEDED, true, asked.isV5());
      return;
    }
    if (!ctx.channel().isActive()) {
      shared.broker().disconnected(session, client, Goodbye.NONE);
      return;
    }
    MqttProperties properties =
        asked.isV5() ? asked.answer(shared.config(), principal) : MqttProperties.NO_PROPERTIES;
    if (PacketSize.connAck(properties) > asked.limits().maxPacketBytes()) {
      shared.broker().disconnected(session, client, Goodbye.SAID);
      refuse(ctx, ReasonCode.PACKET_TOO_LARGE, false, true); // [MQTT-3.1.2-24]
      return;
    }
    done = true;
    cancelDeadline();
    var _ = ctx.write(Packets.connAck(ReasonCode.SUCCESS, asked.isV5(), present, properties));
    Connection connection =
        new Connection(
            shared,
            ctx.channel(),
            client,
            session,
            asked.expirySeconds(),
            listener,
            c -> new InboundPublishes(shared, c, session, client, principal, lane, origin));
    client.bind(connection);
    connection.start();
    tellOpened(ctx.channel(), connection, asked, principal);
    ctx.pipeline().replace(this, "connection", connection);
    handOver(ctx, connection);
  }

  private void tellOpened(
      Channel channel, Connection connection, ConnectRequest asked, Principal principal) {
    if (principal instanceof Principal.OfDevice d) {
      ListenerWatch.Open open =
          shared
              .parts()
              .watch()
              .opened(
                  d.device().id(),
                  origin.transport(),
                  origin.address(),
                  asked.limits().keepAliveSeconds(),
                  shared.wallClock().micros());
      connection.shownAs(open);
      var _ = channel.closeFuture().addListener(c -> open.closed(shared.wallClock().micros()));
    }
  }

  private void handOver(ChannelHandlerContext ctx, Connection connection) {
    ChannelHandlerContext next = ctx.pipeline().context(connection);
    if (next == null) {
      return;
    }
    for (Object packet : held) {
      connection.channelRead(next, packet);
    }
    held.clear();
    connection.channelReadComplete(next);
    if (connection.isReading()) {
      ctx.channel().config().setAutoRead(true);
    }
  }

  private void cancelDeadline() {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == Stopping.EVENT) {
      refuse(
          ctx, ReasonCode.SERVER_SHUTTING_DOWN, request != null, request != null && request.isV5());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    cancelDeadline();
    held.forEach(ReferenceCountUtil::release);
    held.clear();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof java.io.IOException)) {
      LOG.log(System.Logger.Level.DEBUG, "connection failed before CONNECT", cause);
    }
    refuse(ctx, ReasonCode.UNSPECIFIED_ERROR, false, false);
  }

  /** Answers as far as the standard lets a server answer, and closes. */
  private void refuse(ChannelHandlerContext ctx, ReasonCode reason, boolean answer, boolean v5) {
    if (!done && reason != ReasonCode.SERVER_SHUTTING_DOWN) {
      tell(reason.label(), "CONNECT: not accepted");
    }
    refuseUntold(ctx, reason, answer, v5);
  }

  private void tell(String reason, String detail) {
    String name = request == null ? "" : request.userName();
    shared.parts().watch().refused(origin.transport(), reason, origin.address(), name, detail);
  }

  private void refuseUntold(
      ChannelHandlerContext ctx, ReasonCode reason, boolean answer, boolean v5) {
    if (done) {
      return;
    }
    done = true;
    cancelDeadline();
    listener.refused(reason);
    if (answer && (v5 || reason.connectReturnCode() != 0)) {
      Farewell.say(ctx.channel(), Packets.connAck(reason, v5, false, MqttProperties.NO_PROPERTIES));
    } else {
      Farewell.say(ctx.channel());
    }
  }
}
