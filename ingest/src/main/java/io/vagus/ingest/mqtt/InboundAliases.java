package io.vagus.ingest.mqtt;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The topic aliases that one client gave on this connection (MQTT 5.0 §3.3.2.3.4). Confined to its
 * event loop.
 */
final class InboundAliases {
  private final int max;
  private final Map<Integer, String> topics = new HashMap<>(2);

  InboundAliases(int max) {
    this.max = max;
  }

  boolean isInRange(MqttPublishVariableHeader header) {
    return alias(header) <= max; // [MQTT-3.3.2-9]
  }

  /** The topic of a PUBLISH whose alias is in range; null when that is unknown. */
  @Nullable String resolve(MqttPublishVariableHeader header) {
    int alias = alias(header);
    String topic = header.topicName();
    if (alias == 0) {
      return topic;
    } else if (topic.isEmpty()) {
      return topics.get(alias);
    }
    topics.put(alias, topic);
    return topic;
  }

  private static int alias(MqttPublishVariableHeader header) {
    MqttProperties properties = header.properties();
    return properties.isEmpty()
        ? 0
        : (int) PropertyMap.number(properties, MqttProperties.TOPIC_ALIAS, 0);
  }
}
