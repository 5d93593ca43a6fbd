package io.vagus.ingest.mqtt;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Topic aliases of one connection, both ways (MQTT 5.0 §3.3.2.3.4). To the client the first topics
 * that come get the aliases there are. Confined to its event loop.
 */
final class TopicAliases {
  private final int maxInbound;
  private final int maxOutbound;
  private final Map<Integer, String> inbound = new HashMap<>(2);
  private final Map<String, Integer> outbound = new HashMap<>(2);

  TopicAliases(int maxInbound, int maxOutbound) {
    this.maxInbound = maxInbound;
    this.maxOutbound = maxOutbound;
  }

  /**
   * The topic of a PUBLISH from the client; null when the alias is out of range or unknown
   * [MQTT-3.3.2-9].
   */
  @Nullable String resolve(String topic, int alias) {
    if (alias > maxInbound) {
      return null;
    }
    if (topic.isEmpty()) {
      return inbound.get(alias);
    }
    inbound.put(alias, topic);
    return topic;
  }

  /** The alias of a topic; 0 when there is none to be had. */
  int alias(String topic) {
    Integer alias = outbound.get(topic);
    return alias == null ? 0 : alias;
  }

  /** Gives the topic the next alias; 0 when all are given. */
  int assign(String topic) {
    if (outbound.size() >= maxOutbound) {
      return 0;
    }
    outbound.put(topic, outbound.size() + 1);
    return outbound.size();
  }
}
