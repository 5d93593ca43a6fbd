package io.vagus.ingest.mqtt;

/** What the broker knows. Owned by the broker thread. */
record BrokerState(Sessions sessions, SubscriptionTrie<Session> trie, RetainedMessages retained) {
  static BrokerState empty(MqttConfig config) {
    return new BrokerState(
        new Sessions(),
        new SubscriptionTrie<>(),
        new RetainedMessages(config.maxRetainedMessages(), config.maxRetainedBytes().bytes()));
  }
}
