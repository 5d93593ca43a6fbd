package io.vagus.ingest.mqtt;

import io.netty.channel.Channel;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.vagus.kit.WallClock;

/** Writes packets to one client, flushed once a turn. Confined to its event loop. */
final class PacketWriter {
  private final Channel channel;
  private final ClientLimits limits;
  private final OutboundAliases aliases;
  private final WallClock clock;
  private boolean flushing;

  PacketWriter(Channel channel, ClientLimits limits, WallClock clock) {
    this.channel = channel;
    this.limits = limits;
    this.aliases = new OutboundAliases(limits.topicAliasMaximum());
    this.clock = clock;
  }

  /** Whether the client takes what it is sent. */
  boolean isWritable() {
    return channel.isWritable();
  }

  void write(MqttMessage packet) {
    var _ = channel.write(packet, channel.voidPromise());
  }

  /** Flushes once, after what this turn of the event loop still writes. */
  void flushSoon() {
    if (!flushing) {
      flushing = true;
      channel
          .eventLoop()
          .execute(() -> {
            flushing = false;
            channel.flush();
          });
    }
  }

  void publish(Outgoing outgoing, boolean redelivery) {
    String topic = outgoing.message.topic();
    MqttProperties properties =
        limits.isV5()
            ? PropertyMap.ofPublish(outgoing, clock.micros())
            : MqttProperties.NO_PROPERTIES;
    if (!aliases.isOff()) {
      int alias = aliases.alias(topic);
      boolean isNew = alias == 0;
      alias = isNew ? aliases.assign(topic) : alias;
      if (alias > 0) {
        properties = properties == MqttProperties.NO_PROPERTIES ? new MqttProperties() : properties;
        PropertyMap.add(properties, MqttProperties.TOPIC_ALIAS, alias);
        topic = isNew ? topic : "";
      }
    }
    write(Packets.publish(outgoing, redelivery && outgoing.qos > 0, topic, properties));
  }

  void pubRel(int packetId, ReasonCode reason) {
    write(Packets.pubRel(limits, packetId, reason));
  }
}
