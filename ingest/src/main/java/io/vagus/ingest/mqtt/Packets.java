package io.vagus.ingest.mqtt;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnAckVariableHeader;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttSubAckPayload;
import io.netty.handler.codec.mqtt.MqttUnsubAckMessage;
import io.netty.handler.codec.mqtt.MqttUnsubAckPayload;
import java.util.List;

/** Packets to clients, as Netty's encoder takes them. Pure. */
final class Packets {
  static final MqttMessage PINGRESP = new MqttMessage(header(MqttMessageType.PINGRESP));

  private static final MqttFixedHeader PUBACK = header(MqttMessageType.PUBACK);
  private static final MqttFixedHeader PUBREC = header(MqttMessageType.PUBREC);
  private static final MqttFixedHeader PUBCOMP = header(MqttMessageType.PUBCOMP);
  private static final MqttFixedHeader PUBREL =
      new MqttFixedHeader(MqttMessageType.PUBREL, false, MqttQoS.AT_LEAST_ONCE, false, 0);
  private static final int ACK_BYTES = 11; // of an acknowledgement but for its reason string

  private Packets() {}

  private static MqttFixedHeader header(MqttMessageType type) {
    return new MqttFixedHeader(type, false, MqttQoS.AT_MOST_ONCE, false, 0);
  }

  static MqttMessage connAck(
      ReasonCode reason, boolean v5, boolean sessionPresent, MqttProperties properties) {
    int code = v5 ? reason.value() : reason.connectReturnCode();
    return new MqttConnAckMessage(
        header(MqttMessageType.CONNACK),
        new MqttConnAckVariableHeader(
            MqttConnectReturnCode.valueOf((byte) code), sessionPresent, properties));
  }

  static MqttMessage pubAck(ClientLimits limits, int packetId, ReasonCode reason, String why) {
    return acknowledgement(PUBACK, limits, packetId, reason, why);
  }

  static MqttMessage pubRec(ClientLimits limits, int packetId, ReasonCode reason, String why) {
    return acknowledgement(PUBREC, limits, packetId, reason, why);
  }

  static MqttMessage pubRel(ClientLimits limits, int packetId, ReasonCode reason) {
    return acknowledgement(PUBREL, limits, packetId, reason, "");
  }

  static MqttMessage pubComp(ClientLimits limits, int packetId, ReasonCode reason) {
    return acknowledgement(PUBCOMP, limits, packetId, reason, "");
  }

  private static MqttMessage acknowledgement(
      MqttFixedHeader header, ClientLimits limits, int packetId, ReasonCode reason, String why) {
    if (!limits.isV5() || reason == ReasonCode.SUCCESS) {
      return new MqttMessage(header, MqttMessageIdVariableHeader.from(packetId));
    }
    boolean told = limits.problemInformation();
    MqttProperties properties = told ? reason(limits, why) : MqttProperties.NO_PROPERTIES;
    return new MqttMessage(
        header, new MqttPubReplyMessageVariableHeader(packetId, (byte) reason.value(), properties));
  }

  /** A reason string, left out when it would make the packet too large [MQTT-3.4.2-2]. */
  private static MqttProperties reason(ClientLimits limits, String why) {
    if (why.isEmpty() || ACK_BYTES + PacketSize.text(why) > limits.maxPacketBytes()) {
      return MqttProperties.NO_PROPERTIES;
    }
    MqttProperties properties = new MqttProperties();
    PropertyMap.add(properties, MqttProperties.REASON_STRING, why);
    return properties;
  }

  static MqttMessage disconnect(ClientLimits limits, ReasonCode reason, String why) {
    return new MqttMessage(
        header(MqttMessageType.DISCONNECT),
        new MqttReasonCodeAndPropertiesVariableHeader((byte) reason.value(), reason(limits, why)));
  }

  static MqttMessage subAck(int packetId, List<Integer> codes, boolean v5) {
    List<Integer> told = v5 ? codes : codes.stream().map(c -> c > 2 ? 0x80 : c).toList();
    return new MqttSubAckMessage(
        header(MqttMessageType.SUBACK),
        new MqttMessageIdAndPropertiesVariableHeader(packetId, MqttProperties.NO_PROPERTIES),
        new MqttSubAckPayload(told));
  }

  static MqttMessage unsubAck(int packetId, List<Short> codes, boolean v5) {
    return new MqttUnsubAckMessage(
        header(MqttMessageType.UNSUBACK),
        new MqttMessageIdAndPropertiesVariableHeader(packetId, MqttProperties.NO_PROPERTIES),
        new MqttUnsubAckPayload(v5 ? codes : List.of()));
  }

  static MqttMessage publish(
      Outgoing outgoing, boolean dup, String topic, MqttProperties properties) {
    return new MqttPublishMessage(
        new MqttFixedHeader(
            MqttMessageType.PUBLISH, dup, MqttQoS.valueOf(outgoing.qos), outgoing.retain, 0),
        new MqttPublishVariableHeader(topic, outgoing.packetId, properties),
        Unpooled.wrappedBuffer(outgoing.message.payload()));
  }
}
