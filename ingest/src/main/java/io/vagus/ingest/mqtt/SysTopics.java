package io.vagus.ingest.mqtt;

import io.vagus.kit.MonotonicClock;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What the broker tells of itself below {@code $SYS}, while anybody listens. On its thread. */
final class SysTopics {
  private final Map<String, Supplier<Object>> topics = new LinkedHashMap<>();

  SysTopics(BrokerState state, MqttMetrics metrics, MonotonicClock clock) {
    long startNanos = clock.nanos();
    topics.put("$SYS/broker/version", () -> "Vagus 0.1.0");
    topics.put(
        "$SYS/broker/uptime",
        () -> TimeUnit.NANOSECONDS.toSeconds(clock.nanos() - startNanos) + " seconds");
    topics.put("$SYS/broker/clients/connected", metrics::connections);
    topics.put("$SYS/broker/clients/total", () -> state.sessions().size());
    topics.put("$SYS/broker/messages/received", metrics::messagesIn);
    topics.put("$SYS/broker/messages/sent", metrics::messagesOut);
    topics.put("$SYS/broker/subscriptions/count", () -> state.trie().size());
    topics.put("$SYS/broker/retained messages/count", () -> state.retained().count());
  }

  void publish(SubscriptionTrie<Session> trie, long nowMicros, Consumer<Message> publish) {
    topics.forEach((topic, value) -> {
      if (trie.hasMatch(topic)) {
        byte[] payload = String.valueOf(value.get()).getBytes(StandardCharsets.UTF_8);
        publish.accept(
            new Message(topic, payload, 0, false, Message.Properties.NONE, nowMicros, 0));
      }
    });
  }
}
