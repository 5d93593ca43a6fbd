package io.vagus.ingest.mqtt;

import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;

/**
 * What a client said at the end of its connection (MQTT 5.0 §3.14).
 *
 * @param sendWill false only after a DISCONNECT with reason 0
 * @param expirySeconds session expiry interval from now on; negative when nothing was said
 */
record Goodbye(boolean sendWill, long expirySeconds) {
  /** The connection was lost, or ended by the server. */
  static final Goodbye NONE = new Goodbye(true, -1);

  /** DISCONNECT with reason 0 and nothing else. */
  static final Goodbye SAID = new Goodbye(false, -1);

  static Goodbye of(MqttMessage disconnect) {
    return disconnect.variableHeader() instanceof MqttReasonCodeAndPropertiesVariableHeader header
        ? new Goodbye(
            header.reasonCode() != 0,
            PropertyMap.number(header.properties(), MqttProperties.SESSION_EXPIRY_INTERVAL, -1))
        : SAID;
  }
}
