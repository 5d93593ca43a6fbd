package io.vagus.device.mqtt;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubAckMessage;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** What a device says. Pure. */
final class Packets {
  /** More than this the device does not read: it is the server's to keep to it. */
  static final int MAX_INBOUND_BYTES = 256 * 1024;

  private static final int SUBSCRIBE_PACKET_ID = 0xFFFF; // beyond any window

  private Packets() {}

  static MqttMessage connect(Login login, LinkOptions options) {
    MqttMessageBuilders.ConnectBuilder connect =
        MqttMessageBuilders.connect()
            .clientId(login.device())
            .keepAlive((int) options.keepAlive().toSeconds())
            .cleanSession(options.sessionExpiry().isZero())
            .protocolVersion(
                options.protocol() == Protocol.V5 ? MqttVersion.MQTT_5 : MqttVersion.MQTT_3_1_1);
    if (options.protocol() == Protocol.V5) {
      MqttProperties properties = new MqttProperties();
      properties.add(
          new MqttProperties.IntegerProperty(
              MqttProperties.MAXIMUM_PACKET_SIZE, MAX_INBOUND_BYTES));
      if (!options.sessionExpiry().isZero()) {
        properties.add(
            new MqttProperties.IntegerProperty(
                MqttProperties.SESSION_EXPIRY_INTERVAL,
                (int) Math.min(Integer.MAX_VALUE, options.sessionExpiry().toSeconds())));
      }
      connect.properties(properties);
    }
    login
        .secret()
        .ifPresent(secret ->
            connect
                .hasUser(true)
                .hasPassword(true)
                .username(login.device())
                .password(secret.getBytes(StandardCharsets.UTF_8)));
    return connect.build();
  }

  static MqttPublishMessage publish(
      String topic, InFlight.Sent sent, boolean dup, Protocol protocol) {
    MqttProperties properties = MqttProperties.NO_PROPERTIES;
    Outgoing message = sent.message();
    if (protocol == Protocol.V5 && !message.messageId().isEmpty()) {
      properties = new MqttProperties();
      properties.add(new MqttProperties.UserProperty("message-id", message.messageId()));
    }
    return new MqttPublishMessage(
        new MqttFixedHeader(MqttMessageType.PUBLISH, dup, MqttQoS.AT_LEAST_ONCE, false, 0),
        new MqttPublishVariableHeader(topic, sent.packetId(), properties),
        Unpooled.wrappedBuffer(message.payload()));
  }

  static MqttPublishMessage unacknowledged(String topic, byte[] payload) {
    return new MqttPublishMessage(
        new MqttFixedHeader(MqttMessageType.PUBLISH, false, MqttQoS.AT_MOST_ONCE, false, 0),
        new MqttPublishVariableHeader(topic, 0),
        Unpooled.wrappedBuffer(payload));
  }

  /** An upper bound of what the packet takes (MQTT 5.0 §3.3). */
  static long publishBytes(String topic, Outgoing message) {
    return 5L
        + 2
        + topic.length() * 3L
        + 2
        + 5
        + 15
        + message.messageId().length() * 3L
        + message.payload().length;
  }

  static MqttMessage subscribe(String prefix, Set<String> filters) {
    MqttMessageBuilders.SubscribeBuilder subscribe =
        MqttMessageBuilders.subscribe().messageId(SUBSCRIBE_PACKET_ID);
    filters.forEach(filter -> subscribe.addSubscription(MqttQoS.AT_LEAST_ONCE, prefix + filter));
    return subscribe.build();
  }

  static MqttMessage pubAck(int packetId) {
    return new MqttPubAckMessage(
        new MqttFixedHeader(MqttMessageType.PUBACK, false, MqttQoS.AT_MOST_ONCE, false, 0),
        MqttMessageIdVariableHeader.from(packetId));
  }
}
