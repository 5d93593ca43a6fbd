package io.vagus.ingest.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.mqtt.MqttProperties;
import org.jspecify.annotations.Nullable;

/**
 * Checks one whole packet from a client against MQTT 3.1.1 or 5.0 before Netty's codec decodes it,
 * because that codec lets much through: ill-formed UTF-8, reserved flags, packet identifier 0,
 * properties twice or in the wrong packet, wildcards out of place. Pure.
 */
final class WireCheck {
  static final int CONNECT = 1;
  static final int PUBLISH = 3;
  static final int SUBSCRIBE = 8;
  static final int V5 = 5;

  private WireCheck() {}

  /**
   * Null when the packet is sound.
   *
   * @param header first byte of the packet
   * @param from where its variable header begins
   * @param length remaining length
   * @param version protocol level, of no meaning for CONNECT
   */
  static @Nullable ReasonCode check(ByteBuf buffer, int header, int from, int length, int version) {
    WireReader in = new WireReader(buffer, from, length);
    int flags = header & 0x0F;
    switch (header >> 4) {
      case CONNECT -> connect(in, flags);
      case PUBLISH -> publish(in, flags, version);
      case 4, 5, 7 -> acknowledgement(in, flags, 0, version);
      case 6 -> acknowledgement(in, flags, 2, version);
      case SUBSCRIBE -> subscribe(in, flags, version);
      case 10 -> unsubscribe(in, flags, version);
      case 12 -> in.require(flags == 0, ReasonCode.MALFORMED_PACKET);
      case 14 -> disconnect(in, flags, version);
      case 15 -> auth(in, flags, version);
      default -> in.fail(ReasonCode.PROTOCOL_ERROR);
    }
    if (in.fault() == null && in.remaining() != 0 && header >> 4 != PUBLISH) {
      in.fail(ReasonCode.MALFORMED_PACKET);
    }
    return in.fault();
  }

  /** Protocol level of a CONNECT: 0 when it is too damaged to say. */
  static int protocolLevel(ByteBuf buffer, int from, int length) {
    WireReader in = new WireReader(buffer, from, length);
    in.utf8();
    int level = in.u8();
    return in.fault() == null ? level : 0;
  }

  private static void connect(WireReader in, int flags) {
    in.require(flags == 0, ReasonCode.MALFORMED_PACKET);
    String name = in.text();
    int version = in.u8();
    in.require(
        name.equals("MQTT") && (version == 4 || version == V5),
        in.fault() == null ? ReasonCode.UNSUPPORTED_PROTOCOL_VERSION : ReasonCode.MALFORMED_PACKET);
    int bits = in.u8();
    in.require((bits & 1) == 0, ReasonCode.MALFORMED_PACKET); // [MQTT-3.1.2-3]
    boolean will = (bits & 4) != 0;
    in.require(will || (bits & 0x38) == 0, ReasonCode.MALFORMED_PACKET); // [MQTT-3.1.2-11, -13]
    in.require((bits & 0x18) != 0x18, ReasonCode.MALFORMED_PACKET); // [MQTT-3.1.2-12]
    boolean userName = (bits & 0x80) != 0;
    boolean password = (bits & 0x40) != 0;
    in.require(version == V5 || userName || !password, ReasonCode.MALFORMED_PACKET);
    in.u16();
    if (version == V5) {
      long seen = PropertyCheck.check(in, PropertyCheck.CONNECT);
      boolean data = PropertyCheck.isIn(seen, MqttProperties.AUTHENTICATION_DATA);
      boolean method = PropertyCheck.isIn(seen, MqttProperties.AUTHENTICATION_METHOD);
      in.require(method || !data, ReasonCode.PROTOCOL_ERROR);
    }
    in.name();
    if (will) {
      will(in, version);
    }
    if (userName) {
      in.name();
    }
    if (password) {
      in.binary();
    }
  }

  private static void will(WireReader in, int version) {
    if (version == V5) {
      PropertyCheck.check(in, PropertyCheck.WILL);
    }
    in.require(topicName(in) > 0, ReasonCode.MALFORMED_PACKET); // [MQTT-4.7.3-1]
    in.binary();
  }

  private static void publish(WireReader in, int flags, int version) {
    int qos = flags >> 1 & 3;
    in.require(qos != 3, ReasonCode.MALFORMED_PACKET); // [MQTT-3.3.1-4]
    in.require(qos != 0 || (flags & 8) == 0, ReasonCode.MALFORMED_PACKET); // [MQTT-3.3.1-2]
    int topic = topicName(in);
    if (qos > 0) {
      packetId(in);
    }
    boolean alias = false;
    if (version == V5) {
      long seen = PropertyCheck.check(in, PropertyCheck.PUBLISH);
      alias = PropertyCheck.isIn(seen, MqttProperties.TOPIC_ALIAS);
      in.require( // [MQTT-3.3.4-6]
          !PropertyCheck.isIn(seen, MqttProperties.SUBSCRIPTION_IDENTIFIER),
          ReasonCode.PROTOCOL_ERROR);
    }
    in.require(topic > 0 || alias, ReasonCode.PROTOCOL_ERROR);
  }

  /** A name without wildcards [MQTT-3.3.2-2]; its length in bytes. */
  private static int topicName(WireReader in) {
    int length = in.name();
    in.require(in.fault() != null || !in.wildcardIn(length), ReasonCode.MALFORMED_PACKET);
    return length;
  }

  private static void packetId(WireReader in) {
    in.require(in.u16() != 0, ReasonCode.PROTOCOL_ERROR); // [MQTT-2.2.1-3]
  }

  private static void acknowledgement(WireReader in, int flags, int required, int version) {
    in.require(flags == required, ReasonCode.MALFORMED_PACKET); // [MQTT-2.1.3-1], [3.6.1-1]
    packetId(in);
    if (version == V5 && in.remaining() > 0) {
      int code = in.u8();
      boolean known =
          required == 2
              ? code == 0 || code == 0x92
              : code == 0
                  || code == 0x10
                  || code == 0x80
                  || code == 0x83
                  || code == 0x87
                  || (code >= 0x90 && code <= 0x92)
                  || code == 0x97
                  || code == 0x99;
      in.require(known, ReasonCode.PROTOCOL_ERROR);
      if (in.remaining() > 0) {
        PropertyCheck.check(in, PropertyCheck.ACKNOWLEDGEMENT);
      }
    }
  }

  private static void subscribe(WireReader in, int flags, int version) {
    in.require(flags == 2, ReasonCode.MALFORMED_PACKET); // [MQTT-3.8.1-1]
    packetId(in);
    if (version == V5) {
      PropertyCheck.check(in, PropertyCheck.SUBSCRIBE);
    }
    in.require(in.remaining() > 0, ReasonCode.PROTOCOL_ERROR); // [MQTT-3.8.3-2]
    while (in.remaining() > 0) {
      String filter = filter(in);
      int options = in.u8();
      int reserved = version == V5 ? 0xC0 : 0xFC;
      in.require((options & reserved) == 0, ReasonCode.MALFORMED_PACKET); // [MQTT-3.8.3-5]
      in.require((options & 3) != 3, ReasonCode.MALFORMED_PACKET);
      in.require((options & 0x30) != 0x30, ReasonCode.PROTOCOL_ERROR);
      boolean sharedNoLocal = (options & 4) != 0 && filter.startsWith(Topics.SHARE);
      in.require(!sharedNoLocal, ReasonCode.PROTOCOL_ERROR); // [MQTT-3.8.3-4]
    }
  }

  private static String filter(WireReader in) {
    int length = in.name();
    String filter = in.last(length);
    in.require(
        in.fault() != null || Topics.isWellFormedFilter(filter), ReasonCode.MALFORMED_PACKET);
    in.require(Topics.levelsWithinBound(filter), ReasonCode.TOPIC_FILTER_INVALID);
    return filter;
  }

  private static void unsubscribe(WireReader in, int flags, int version) {
    in.require(flags == 2, ReasonCode.MALFORMED_PACKET); // [MQTT-3.10.1-1]
    packetId(in);
    if (version == V5) {
      PropertyCheck.check(in, PropertyCheck.UNSUBSCRIBE);
    }
    in.require(in.remaining() > 0, ReasonCode.PROTOCOL_ERROR); // [MQTT-3.10.3-2]
    while (in.remaining() > 0) {
      filter(in);
    }
  }

  private static void disconnect(WireReader in, int flags, int version) {
    in.require(flags == 0, ReasonCode.MALFORMED_PACKET); // [MQTT-3.14.1-1]
    if (version == V5 && in.remaining() > 0) {
      int code = in.u8();
      in.require(code == 0 || code == 4 || code >= 0x80, ReasonCode.PROTOCOL_ERROR);
      if (in.remaining() > 0) {
        long seen = PropertyCheck.check(in, PropertyCheck.DISCONNECT);
        in.require( // §3.14.2.2.5: for the server to say
            !PropertyCheck.isIn(seen, MqttProperties.SERVER_REFERENCE), ReasonCode.PROTOCOL_ERROR);
      }
    }
  }

  private static void auth(WireReader in, int flags, int version) {
    in.require(flags == 0, ReasonCode.MALFORMED_PACKET); // [MQTT-3.15.1-1]
    in.require(version == V5, ReasonCode.PROTOCOL_ERROR);
    if (in.remaining() > 0) {
      int code = in.u8();
      in.require(code == 0 || code == 0x18 || code == 0x19, ReasonCode.PROTOCOL_ERROR);
      if (in.remaining() > 0) {
        PropertyCheck.check(in, PropertyCheck.AUTH);
      }
    }
  }
}
