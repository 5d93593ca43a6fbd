package io.vagus.ingest.mqtt;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import java.util.ArrayList;
import java.util.List;

/**
 * What a client asks to be sent and no longer to be sent (MQTT 5.0 §3.8 to §3.11), on its way to
 * the broker and back. Confined to the event loop.
 */
final class SubscribePackets {
  /** What a subscription counts for while the broker has not taken it. */
  private static final int BROKER_BYTES = 256;

  private final Broker broker;
  private final Session session;
  private final Client client;
  private final InboundPublishes publishes;

  SubscribePackets(Broker broker, Session session, Client client, InboundPublishes publishes) {
    this.broker = broker;
    this.session = session;
    this.client = client;
    this.publishes = publishes;
  }

  void subscribe(MqttSubscribeMessage message) {
    int packetId = message.variableHeader().messageId();
    List<Subscription> wanted = subscriptions(message);
    boolean v5 = client.limits().isV5();
    int cost = BROKER_BYTES * wanted.size();
    publishes.toBroker(cost);
    publishes.told().subscriptions(wanted);
    publishes.lint().subscribed(wanted);
    broker.subscribe(
        session,
        client,
        wanted,
        (c, codes) -> {
          c.writer().write(Packets.subAck(packetId, codes, v5));
          publishes.brokerTook(cost);
        });
  }

  private static List<Subscription> subscriptions(MqttSubscribeMessage message) {
    MqttProperties properties = message.idAndPropertiesVariableHeader().properties();
    int identifier =
        (int) PropertyMap.number(properties, MqttProperties.SUBSCRIPTION_IDENTIFIER, 0);
    List<Subscription> wanted = new ArrayList<>();
    for (MqttTopicSubscription s : message.payload().topicSubscriptions()) {
      wanted.add(
          new Subscription(
              s.topicFilter(),
              s.option().qos().value(),
              s.option().isNoLocal(),
              s.option().isRetainAsPublished(),
              s.option().retainHandling().value(),
              identifier));
    }
    return wanted;
  }

  void unsubscribe(MqttUnsubscribeMessage message) {
    int packetId = message.variableHeader().messageId();
    boolean v5 = client.limits().isV5();
    List<String> filters = List.copyOf(message.payload().topics());
    int cost = BROKER_BYTES * filters.size();
    publishes.toBroker(cost);
    broker.unsubscribe(
        session,
        client,
        filters,
        (c, codes) -> {
          c.writer().write(Packets.unsubAck(packetId, codes, v5));
          publishes.brokerTook(cost);
        });
  }
}
