package io.vagus.device.mqtt;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** One attempt of a link to connect: reads the server's packets. Confined to its event loop. */
final class LinkChannel extends SimpleChannelInboundHandler<MqttMessage> {
  private static final int CONNACK_SECONDS = 30;

  private final MqttLink link;
  private boolean answered;
  private boolean closed;

  LinkChannel(MqttLink link) {
    this.link = link;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) throws Exception {
    var _ = ctx.writeAndFlush(link.connectPacket());
    var _ =
        ctx.executor()
            .schedule(
                () -> {
                  if (!answered) {
                    broken(ctx, "no CONNACK within " + CONNACK_SECONDS + " s");
                  }
                },
                CONNACK_SECONDS,
                TimeUnit.SECONDS);
    super.channelActive(ctx);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, MqttMessage packet) {
    if (packet.decoderResult().isFailure()) {
      broken(ctx, "malformed packet: " + packet.decoderResult().cause().getMessage());
      return;
    }
    switch (packet.fixedHeader().messageType()) {
      case CONNACK -> {
        if (answered) {
          broken(ctx, "a second CONNACK");
        } else {
          answered = true;
          link.answered(ctx, (MqttConnAckMessage) packet);
        }
      }
      case PUBACK -> acknowledged(ctx, packet);
      case PUBLISH -> publish(ctx, (MqttPublishMessage) packet);
      case DISCONNECT -> link.dismissed(reason(packet.variableHeader()));
      case SUBACK -> link.subscribed();
      case PINGRESP -> {}
      default -> broken(ctx, "a " + packet.fixedHeader().messageType() + " nobody asked for");
    }
  }

  private void acknowledged(ChannelHandlerContext ctx, MqttMessage packet) {
    int packetId = ((MqttMessageIdVariableHeader) packet.variableHeader()).messageId();
    if (!link.acknowledged(packetId, reason(packet.variableHeader()))) {
      broken(ctx, "acknowledgement of packet " + packetId + ", which is not under way");
    }
  }

  private void publish(ChannelHandlerContext ctx, MqttPublishMessage packet) {
    MqttQoS qos = packet.fixedHeader().qosLevel();
    if (!link.isOpen() || qos == MqttQoS.EXACTLY_ONCE) {
      broken(ctx, "PUBLISH with QoS " + qos.value() + " (expected: 0 or 1, once connected)");
      return;
    }
    link.received(packet.variableHeader().topicName(), ByteBufUtil.getBytes(packet.payload()));
    if (qos == MqttQoS.AT_LEAST_ONCE) {
      var _ = ctx.write(Packets.pubAck(packet.variableHeader().packetId()));
    }
  }

  private static int reason(@Nullable Object variableHeader) {
    return switch (variableHeader) {
      case MqttPubReplyMessageVariableHeader reply -> reply.reasonCode() & 0xFF;
      case MqttReasonCodeAndPropertiesVariableHeader header -> header.reasonCode() & 0xFF;
      case null, default -> 0;
    };
  }

  /** A server that breaks the protocol is left, and tried again later. */
  private void broken(ChannelHandlerContext ctx, String what) {
    link.listener().failed(what);
    var _ = ctx.close();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    super.channelReadComplete(ctx);
    link.readComplete();
    ctx.flush();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    if (event instanceof IdleStateEvent idle) {
      if (idle.state() == IdleState.WRITER_IDLE) {
        var _ = ctx.writeAndFlush(MqttMessage.PINGREQ);
      } else {
        broken(ctx, "silence of the server beyond the keep alive");
      }
    }
    super.userEventTriggered(ctx, event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    answered = true;
    if (!closed) {
      closed = true;
      link.closed();
    }
    super.channelInactive(ctx);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // A killed server resets its connections: that says nothing that its absence does not; but a
    // server that is not trusted is news. channelInactive follows.
    if (cause.getCause() instanceof SSLException untrusted) {
      link.listener().failed("TLS: " + untrusted.getMessage());
    } else if (!(cause instanceof IOException)) {
      link.listener().failed(String.valueOf(cause));
    }
    var _ = ctx.close();
  }
}
