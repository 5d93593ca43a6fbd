package io.vagus.ingest.mqtt;

import static io.netty.handler.codec.mqtt.MqttProperties.*;

import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.mqtt.MqttProperties;

/** How large packets are on the wire, without writing them (MQTT 5.0 §2.1.4). Pure. */
final class PacketSize {
  private PacketSize() {}

  /** Bytes of a PUBLISH without topic alias. */
  static long publish(Outgoing outgoing, boolean v5) {
    Message m = outgoing.message;
    long length = text(m.topic()) + (outgoing.qos > 0 ? 2 : 0) + m.payload().length;
    if (v5) {
      long properties = properties(m.properties());
      for (int id : outgoing.subscriptionIdentifiers) {
        properties += 1 + varint(id);
      }
      length += varint(properties) + properties;
    }
    return 1 + varint(length) + length;
  }

  private static long properties(Message.Properties p) {
    long bytes = p.payloadFormat() == Message.ABSENT ? 0 : 2;
    bytes += p.expirySeconds() == Message.ABSENT ? 0 : 5;
    bytes += p.contentType() == null ? 0 : 1 + text(p.contentType());
    bytes += p.responseTopic() == null ? 0 : 1 + text(p.responseTopic());
    byte[] correlation = p.correlationData();
    bytes += correlation == null ? 0 : 3 + correlation.length;
    for (Message.UserProperty user : p.user()) {
      bytes += 1 + text(user.name()) + text(user.value());
    }
    return bytes;
  }

  /** Bytes of a CONNACK to MQTT 5. */
  static long connAck(MqttProperties properties) {
    long bytes = 0;
    for (MqttProperties.MqttProperty<?> p : properties.listAll()) {
      bytes +=
          switch (p.propertyId()) {
            case RECEIVE_MAXIMUM, TOPIC_ALIAS_MAXIMUM, SERVER_KEEP_ALIVE -> 3;
            case ASSIGNED_CLIENT_IDENTIFIER, RESPONSE_INFORMATION ->
                1 + text(String.valueOf(p.value()));
            default -> 5; // of four byte integers
          };
    }
    return 4 + varint(bytes) + bytes;
  }

  static long text(String s) {
    return 2 + ByteBufUtil.utf8Bytes(s);
  }

  static int varint(long value) {
    return value < 128 ? 1 : value < 16_384 ? 2 : value < 2_097_152 ? 3 : 4;
  }
}
