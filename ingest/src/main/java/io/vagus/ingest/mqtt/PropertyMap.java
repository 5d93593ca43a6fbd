package io.vagus.ingest.mqtt;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.BinaryProperty;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttProperty;
import io.netty.handler.codec.mqtt.MqttProperties.StringPair;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import io.netty.handler.codec.mqtt.MqttProperties.UserProperties;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Between Netty's properties and ours (MQTT 5.0 §2.2.2). Pure. */
final class PropertyMap {
  private PropertyMap() {}

  /** An integer as the unsigned number it is on the wire. */
  static long number(MqttProperties properties, int id, long otherwise) {
    MqttProperty<?> p = properties.getProperty(id);
    return p instanceof IntegerProperty i ? i.value() & 0xFFFF_FFFFL : otherwise;
  }

  static @Nullable String text(MqttProperties properties, int id) {
    return properties.getProperty(id) instanceof StringProperty s ? s.value() : null;
  }

  static Message.Properties ofMessage(MqttProperties p) {
    if (p.isEmpty()) {
      return Message.Properties.NONE;
    }
    return new Message.Properties(
        (int) number(p, MqttProperties.PAYLOAD_FORMAT_INDICATOR, Message.ABSENT),
        number(p, MqttProperties.PUBLICATION_EXPIRY_INTERVAL, Message.ABSENT),
        text(p, MqttProperties.CONTENT_TYPE),
        text(p, MqttProperties.RESPONSE_TOPIC),
        p.getProperty(MqttProperties.CORRELATION_DATA) instanceof BinaryProperty b
            ? b.value()
            : null,
        user(p));
  }

  static List<Message.UserProperty> user(MqttProperties p) {
    if (!(p.getProperty(MqttProperties.USER_PROPERTY) instanceof UserProperties properties)) {
      return List.of();
    }
    List<Message.UserProperty> user = new ArrayList<>();
    for (StringPair pair : properties.value()) {
      user.add(new Message.UserProperty(pair.key, pair.value));
    }
    return List.copyOf(user);
  }

  /** The first value of a user property. */
  static @Nullable String user(MqttProperties p, String name) {
    if (p.getProperty(MqttProperties.USER_PROPERTY) instanceof UserProperties properties) {
      for (StringPair pair : properties.value()) {
        if (pair.key.equals(name)) {
          return pair.value;
        }
      }
    }
    return null;
  }

  static void add(MqttProperties to, int id, long value) {
    to.add(new IntegerProperty(id, (int) value));
  }

  static void add(MqttProperties to, int id, @Nullable String value) {
    if (value != null) {
      to.add(new StringProperty(id, value));
    }
  }

  /** What goes with a PUBLISH to a client, the expiry interval lessened by the time it waited. */
  static MqttProperties ofPublish(Outgoing outgoing, long nowMicros) {
    Message m = outgoing.message;
    Message.Properties p = m.properties();
    if (p.equals(Message.Properties.NONE) && outgoing.subscriptionIdentifiers.length == 0) {
      return MqttProperties.NO_PROPERTIES;
    }
    MqttProperties to = new MqttProperties();
    if (p.payloadFormat() != Message.ABSENT) {
      add(to, MqttProperties.PAYLOAD_FORMAT_INDICATOR, p.payloadFormat());
    }
    if (p.expirySeconds() != Message.ABSENT) {
      long left = Math.max(0, m.remainingSeconds(nowMicros));
      add(to, MqttProperties.PUBLICATION_EXPIRY_INTERVAL, left);
    }
    add(to, MqttProperties.CONTENT_TYPE, p.contentType());
    add(to, MqttProperties.RESPONSE_TOPIC, p.responseTopic());
    byte[] correlation = p.correlationData();
    if (correlation != null) {
      to.add(new BinaryProperty(MqttProperties.CORRELATION_DATA, correlation));
    }
    for (int id : outgoing.subscriptionIdentifiers) {
      add(to, MqttProperties.SUBSCRIPTION_IDENTIFIER, id);
    }
    for (Message.UserProperty user : p.user()) {
      to.add(new MqttProperties.UserProperty(user.name(), user.value()));
    }
    return to;
  }
}
