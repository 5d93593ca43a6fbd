package io.vagus.ingest.mqtt;

import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.vagus.model.Envelope;
import io.vagus.model.ProductModel;
import io.vagus.model.Transport;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** A client's PUBLISH as the platform and as its subscribers get it. Pure. */
final class PublishPacket {
  private PublishPacket() {}

  /** Whether it says that its payload is text, and it is not (MQTT 5.0 §3.3.2.3.2). */
  static boolean isMislabelled(MqttPublishMessage packet) {
    MqttProperties properties = packet.variableHeader().properties();
    return !properties.isEmpty()
        && PropertyMap.number(properties, MqttProperties.PAYLOAD_FORMAT_INDICATOR, 0) == 1
        && !ByteBufUtil.isText(packet.payload(), StandardCharsets.UTF_8);
  }

  static byte[] payload(MqttPublishMessage packet) {
    byte[] payload = new byte[packet.payload().readableBytes()];
    packet.payload().getBytes(packet.payload().readerIndex(), payload);
    return payload;
  }

  static Envelope envelope(
      MqttPublishMessage packet,
      Route.Ingest route,
      ProductModel model,
      Transport transport,
      long receivedMicros,
      byte[] payload) {
    MqttProperties properties = packet.variableHeader().properties();
    String contentType = "";
    Optional<String> messageId = Optional.empty();
    if (!properties.isEmpty()) {
      String type = PropertyMap.text(properties, MqttProperties.CONTENT_TYPE);
      contentType = type == null ? "" : type.toLowerCase(Locale.ROOT);
      messageId = Optional.ofNullable(PropertyMap.user(properties, "message-id"));
    }
    boolean numbered = packet.fixedHeader().qosLevel().value() > 0;
    return new Envelope(
        route.device(),
        route.gateway(),
        route.channel(),
        transport,
        receivedMicros,
        contentType,
        messageId,
        model.id(),
        model.version(),
        packet.fixedHeader().isDup(),
        numbered ? packet.variableHeader().packetId() : 0,
        payload);
  }

  /**
   * The message for subscribers.
   *
   * @param publisher number of the session that sent it
   */
  static Message message(
      MqttPublishMessage packet,
      String topic,
      byte[] payload,
      long receivedMicros,
      long publisher) {
    return new Message(
        topic,
        payload,
        packet.fixedHeader().qosLevel().value(),
        packet.fixedHeader().isRetain(),
        PropertyMap.ofMessage(packet.variableHeader().properties()),
        receivedMicros,
        publisher);
  }
}
