package io.vagus.server;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A device that listens and answers, by a client that is not our own. */
final class DownDevice implements AutoCloseable {
  private static final int BOUND_SECONDS = 20;
  private static final JsonMapper JSON = JsonMapper.shared();

  private final Mqtt5BlockingClient client;
  private final Mqtt5BlockingClient.Mqtt5Publishes down;

  private DownDevice(Mqtt5BlockingClient client) {
    this.client = client;
    this.down = client.publishes(MqttGlobalPublishFilter.ALL);
  }

  static DownDevice connected(int port, String id, String... filters) {
    Mqtt5BlockingClient client =
        MqttClient.builder()
            .useMqttVersion5()
            .serverHost("127.0.0.1")
            .serverPort(port)
            .identifier(id)
            .simpleAuth()
            .username(id)
            .password("correct horse".getBytes(StandardCharsets.UTF_8))
            .applySimpleAuth()
            .buildBlocking();
    client.connect();
    DownDevice device = new DownDevice(client);
    for (String filter : filters) {
      client.subscribeWith().topicFilter(filter).qos(MqttQos.AT_LEAST_ONCE).send();
    }
    return device;
  }

  /** The next message, which must be on the topic; {@code +} stands for a level. */
  JsonNode json(String topic) throws InterruptedException {
    Mqtt5Publish message =
        down.receive(BOUND_SECONDS, TimeUnit.SECONDS)
            .orElseThrow(() -> new AssertionError("nothing came on " + topic));
    String came = message.getTopic().toString();
    if (!came.matches(topic.replace("+", "[^/]+"))) {
      throw new AssertionError(came + " (expected: " + topic + ")");
    }
    return JSON.readTree(message.getPayloadAsBytes());
  }

  /** The next message, or null when none comes within the time. */
  @org.jspecify.annotations.Nullable
  JsonNode next(int millis) throws InterruptedException {
    return down.receive(millis, TimeUnit.MILLISECONDS)
        .map(message -> JSON.readTree(message.getPayloadAsBytes()))
        .orElse(null);
  }

  /** Whether nothing comes within the time. */
  boolean hearsNothing(int millis) throws InterruptedException {
    return down.receive(millis, TimeUnit.MILLISECONDS).isEmpty();
  }

  /** QoS 1, and acknowledged. */
  void say(String topic, String payload) {
    int reason = reason(topic, payload);
    if (reason >= 0x80) {
      throw new AssertionError(topic + " was refused with 0x" + Integer.toHexString(reason));
    }
  }

  /** The reason code of PUBACK. */
  int reason(String topic, String payload) {
    try {
      client
          .publishWith()
          .topic(topic)
          .qos(MqttQos.AT_LEAST_ONCE)
          .payload(payload.getBytes(StandardCharsets.UTF_8))
          .send();
      return 0;
    } catch (Mqtt5PubAckException e) {
      return e.getMqttMessage().getReasonCode().getCode();
    }
  }

  @Override
  public void close() {
    down.close();
    client.disconnect();
  }
}
