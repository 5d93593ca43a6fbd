package io.vagus.ingest.mqtt;

import java.util.HashMap;
import java.util.Map;

/**
 * The topic aliases that one client lets us give on this connection (MQTT 5.0 §3.3.2.3.4): the
 * first topics that come get them. Confined to its event loop.
 */
final class OutboundAliases {
  private final int max;
  private final Map<String, Integer> aliases = new HashMap<>(2);

  /**
   * Aliases from one on.
   *
   * @param max 0 for none
   */
  OutboundAliases(int max) {
    this.max = max;
  }

  boolean isOff() {
    return max == 0;
  }

  /** The alias of a topic; 0 when it has none. */
  int alias(String topic) {
    return aliases.getOrDefault(topic, 0);
  }

  /** Gives the topic the next alias; 0 when all are given. */
  int assign(String topic) {
    if (aliases.size() >= max) {
      return 0;
    }
    aliases.put(topic, aliases.size() + 1);
    return aliases.size();
  }
}
