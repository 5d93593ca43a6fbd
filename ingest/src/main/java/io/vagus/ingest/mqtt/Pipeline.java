package io.vagus.ingest.mqtt;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.vagus.ingest.Lane;
import io.vagus.model.Transport;

/** What a connection's bytes go through: WebSocket, packets cut and checked, codec, CONNECT. */
record Pipeline(Shared shared, Transport transport, MqttMetrics.Listener listener) {
  private static final int MAX_HANDSHAKE_BYTES = 8192;
  private static final int MAX_CLIENT_ID_LENGTH = 65_535;

  void addHandlers(Channel channel) {
    int maxPacketBytes = (int) shared.config().maxPacket().bytes();
    int high = (int) shared.config().maxOutbound().bytes();
    channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(high / 2, high));
    ChannelPipeline pipeline = channel.pipeline();
    if (transport == Transport.WS || transport == Transport.WSS) {
      addWebSocket(pipeline, maxPacketBytes);
    }
    Lane lane = shared.parts().loops().lane(channel.eventLoop());
    pipeline
        .addLast(new FrameDecoder(maxPacketBytes))
        .addLast(new MqttDecoder(maxPacketBytes, MAX_CLIENT_ID_LENGTH))
        .addLast(MqttEncoder.INSTANCE)
        .addLast(new ConnectHandler(shared, lane, Origin.of(transport, channel), listener));
  }

  private static void addWebSocket(ChannelPipeline pipeline, int maxPacketBytes) {
    pipeline
        .addLast(new HttpServerCodec())
        .addLast(new HttpObjectAggregator(MAX_HANDSHAKE_BYTES))
        .addLast(
            new WebSocketServerProtocolHandler(
                WebSocketServerProtocolConfig.newBuilder()
                    .websocketPath("/")
                    .checkStartsWith(true)
                    .subprotocols("mqtt") // [MQTT-6.0.0-4]
                    .maxFramePayloadLength(maxPacketBytes)
                    .build()))
        .addLast(new WebSocketBytes());
  }
}
