package io.vagus.ingest.mqtt;

import static io.netty.handler.codec.mqtt.MqttProperties.*;

/**
 * Checks the properties of one packet (MQTT 5.0 §2.2.2): known, allowed in this packet, once, and
 * of a legal value.
 */
final class PropertyCheck {
  static final long CONNECT =
      bits(SESSION_EXPIRY_INTERVAL, RECEIVE_MAXIMUM, MAXIMUM_PACKET_SIZE, TOPIC_ALIAS_MAXIMUM)
          | bits(REQUEST_RESPONSE_INFORMATION, REQUEST_PROBLEM_INFORMATION, USER_PROPERTY)
          | bits(AUTHENTICATION_METHOD, AUTHENTICATION_DATA);
  static final long WILL =
      bits(WILL_DELAY_INTERVAL, PAYLOAD_FORMAT_INDICATOR, PUBLICATION_EXPIRY_INTERVAL)
          | bits(CONTENT_TYPE, RESPONSE_TOPIC, CORRELATION_DATA, USER_PROPERTY);
  static final long PUBLISH =
      bits(PAYLOAD_FORMAT_INDICATOR, PUBLICATION_EXPIRY_INTERVAL, TOPIC_ALIAS, RESPONSE_TOPIC)
          | bits(CORRELATION_DATA, USER_PROPERTY, CONTENT_TYPE, SUBSCRIPTION_IDENTIFIER);
  static final long ACKNOWLEDGEMENT = bits(REASON_STRING, USER_PROPERTY);
  static final long SUBSCRIBE = bits(SUBSCRIPTION_IDENTIFIER, USER_PROPERTY);
  static final long UNSUBSCRIBE = bits(USER_PROPERTY);
  static final long DISCONNECT =
      bits(SESSION_EXPIRY_INTERVAL, REASON_STRING, USER_PROPERTY, SERVER_REFERENCE);
  static final long AUTH =
      bits(AUTHENTICATION_METHOD, AUTHENTICATION_DATA, REASON_STRING, USER_PROPERTY);

  private PropertyCheck() {}

  private static long bits(int... ids) {
    long bits = 0;
    for (int id : ids) {
      bits |= 1L << id;
    }
    return bits;
  }

  /**
   * Reads the properties.
   *
   * @param allowed bits by property identifier
   * @return bits of those found, for {@link #isIn}
   */
  static long check(WireReader in, long allowed) {
    int length = in.varint();
    in.require(length <= in.remaining(), ReasonCode.MALFORMED_PACKET);
    int end = in.position() + length;
    long seen = 0;
    while (in.fault() == null && in.position() < end) {
      int id = in.varint();
      boolean known = id > 0 && id < 43 && (allowed >>> id & 1) != 0;
      in.require(known, ReasonCode.MALFORMED_PACKET); // §2.2.2.2
      in.require(id == USER_PROPERTY || (seen >>> (id & 63) & 1) == 0, ReasonCode.PROTOCOL_ERROR);
      seen |= 1L << id;
      value(in, id);
    }
    in.require(in.position() == end || in.fault() != null, ReasonCode.MALFORMED_PACKET);
    return seen;
  }

  static boolean isIn(long seen, int id) {
    return (seen >>> id & 1) != 0;
  }

  private static void value(WireReader in, int id) {
    switch (id) {
      case PAYLOAD_FORMAT_INDICATOR, REQUEST_PROBLEM_INFORMATION, REQUEST_RESPONSE_INFORMATION ->
          in.require(in.u8() <= 1, ReasonCode.PROTOCOL_ERROR);
      case RECEIVE_MAXIMUM -> in.require(in.u16() != 0, ReasonCode.PROTOCOL_ERROR);
      case TOPIC_ALIAS -> in.require(in.u16() != 0, ReasonCode.TOPIC_ALIAS_INVALID);
      case TOPIC_ALIAS_MAXIMUM -> in.skip(2);
      case MAXIMUM_PACKET_SIZE -> in.require(in.u32() != 0, ReasonCode.PROTOCOL_ERROR);
      case SESSION_EXPIRY_INTERVAL, WILL_DELAY_INTERVAL, PUBLICATION_EXPIRY_INTERVAL -> in.skip(4);
      case SUBSCRIPTION_IDENTIFIER -> in.require(in.varint() != 0, ReasonCode.PROTOCOL_ERROR);
      case CORRELATION_DATA, AUTHENTICATION_DATA -> in.binary();
      case RESPONSE_TOPIC -> { // [MQTT-3.3.2-14]
        int length = in.utf8();
        in.require(length > 0 && !in.wildcardIn(length), ReasonCode.PROTOCOL_ERROR);
      }
      case USER_PROPERTY -> {
        in.utf8();
        in.utf8();
      }
      default -> in.utf8();
    }
  }
}
