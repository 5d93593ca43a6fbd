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

  /** The topic of a PUBLISH; null when its alias is out of range or unknown [MQTT-3.3.2-9]. */
  @Nullable String resolve(MqttPublishVariableHeader header) {
    MqttProperties properties = header.properties();
    int alias =
        properties.isEmpty()
            ? 0
            : (int) PropertyMap.number(properties, MqttProperties.TOPIC_ALIAS, 0);
    return alias == 0 ? header.topicName() : resolve(header.topicName(), alias);
  }

  private @Nullable String resolve(String topic, int alias) {
    if (alias > max) {
      return null;
    }
    if (topic.isEmpty()) {
      return topics.get(alias);
    }
    topics.put(alias, topic);
    return topic;
  }
}
