package io.vagus.ingest.mqtt;

import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.ssl.SslContext;
import io.vagus.ingest.Lane;
import io.vagus.model.Transport;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a connection's bytes go through: TLS, WebSocket, packets cut and checked, Netty's codec,
 * CONNECT.
 */
final class Pipeline extends ChannelInitializer<SocketChannel> {
  private static final int MAX_HANDSHAKE_BYTES = 8192;

  private final Shared shared;
  private final Transport transport;
  private final @Nullable SslContext tls;
  private final Function<Executor, Lane> lanes;
  private final MqttMetrics.Listener listener;

  Pipeline(
      Shared shared,
      Transport transport,
      @Nullable SslContext tls,
      Function<Executor, Lane> lanes,
      MqttMetrics.Listener listener) {
    this.shared = shared;
    this.transport = transport;
    this.tls = tls;
    this.lanes = lanes;
    this.listener = listener;
  }

  @Override
  protected void initChannel(SocketChannel channel) {
    int maxPacketBytes = (int) shared.config().maxPacket().bytes();
    int high = (int) shared.config().maxOutbound().bytes();
    channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(high / 2, high));
    ChannelPipeline pipeline = channel.pipeline();
    if (tls != null) {
      pipeline.addLast("tls", tls.newHandler(channel.alloc()));
    }
    if (transport == Transport.WS || transport == Transport.WSS) {
      addWebSocket(pipeline, maxPacketBytes);
    }
    pipeline.addLast("frames", new FrameDecoder(maxPacketBytes));
    pipeline.addLast("decoder", new MqttDecoder(maxPacketBytes, 65_535));
    pipeline.addLast("encoder", MqttEncoder.INSTANCE);
    Lane lane = lanes.apply(channel.eventLoop());
    pipeline.addLast("connect", new ConnectHandler(shared, lane, transport, listener));
  }

  private static void addWebSocket(ChannelPipeline pipeline, int maxPacketBytes) {
    pipeline.addLast("http", new HttpServerCodec());
    pipeline.addLast("aggregator", new HttpObjectAggregator(MAX_HANDSHAKE_BYTES));
    pipeline.addLast(
        "handshake",
        new WebSocketServerProtocolHandler(
            WebSocketServerProtocolConfig.newBuilder()
                .websocketPath("/")
                .checkStartsWith(true)
                .subprotocols("mqtt") // [MQTT-6.0.0-4]
                .maxFramePayloadLength(maxPacketBytes)
                .build()));
    pipeline.addLast("websocket", new WebSocketBytes());
  }
}
