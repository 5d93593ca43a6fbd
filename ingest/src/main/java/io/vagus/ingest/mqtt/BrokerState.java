package io.vagus.ingest.mqtt;

/** What the broker knows. Owned by the broker thread. */
record BrokerState(
    Sessions sessions,
    SubscriptionTrie<Session> trie,
    RetainedMessages retained,
    DueWills dueWills,
    ByteBudget queued) {
  static BrokerState empty(MqttConfig config) {
    ByteBudget queued = new ByteBudget(config.maxQueuedTotal().bytes());
    return new BrokerState(
        new Sessions(queued),
        new SubscriptionTrie<>(),
        new RetainedMessages(config.maxRetainedMessages(), config.maxRetainedBytes().bytes()),
        new DueWills(),
        queued);
  }
}
