package io.vagus.ingest.mqtt;

import java.util.Locale;

/**
 * MQTT 5.0 §2.4, those this server sends or counts. The name in lower case with hyphens is the
 * {@code reason} label of a metric.
 */
enum ReasonCode {
  SUCCESS(0x00),
  NO_MATCHING_SUBSCRIBERS(0x10),
  NO_SUBSCRIPTION_EXISTED(0x11),
  UNSPECIFIED_ERROR(0x80),
  MALFORMED_PACKET(0x81),
  PROTOCOL_ERROR(0x82),
  IMPLEMENTATION_SPECIFIC_ERROR(0x83),
  UNSUPPORTED_PROTOCOL_VERSION(0x84),
  CLIENT_IDENTIFIER_NOT_VALID(0x85),
  BAD_USER_NAME_OR_PASSWORD(0x86),
  NOT_AUTHORIZED(0x87),
  SERVER_UNAVAILABLE(0x88),
  SERVER_BUSY(0x89),
  BANNED(0x8A),
  SERVER_SHUTTING_DOWN(0x8B),
  BAD_AUTHENTICATION_METHOD(0x8C),
  KEEP_ALIVE_TIMEOUT(0x8D),
  SESSION_TAKEN_OVER(0x8E),
  TOPIC_FILTER_INVALID(0x8F),
  TOPIC_NAME_INVALID(0x90),
  PACKET_IDENTIFIER_IN_USE(0x91),
  PACKET_IDENTIFIER_NOT_FOUND(0x92),
  RECEIVE_MAXIMUM_EXCEEDED(0x93),
  TOPIC_ALIAS_INVALID(0x94),
  PACKET_TOO_LARGE(0x95),
  MESSAGE_RATE_TOO_HIGH(0x96),
  QUOTA_EXCEEDED(0x97),
  ADMINISTRATIVE_ACTION(0x98),
  PAYLOAD_FORMAT_INVALID(0x99),
  CONNECTION_RATE_EXCEEDED(0x9F);

  private static final ReasonCode[] BY_VALUE = new ReasonCode[256];

  static {
    for (ReasonCode code : values()) {
      BY_VALUE[code.value] = code;
    }
  }

  private final int value;
  private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

  ReasonCode(int value) {
    this.value = value;
  }

  int value() {
    return value;
  }

  String label() {
    return label;
  }

  boolean isFailure() {
    return value >= 0x80;
  }

  /** What MQTT 3.1.1 says in a CONNACK (§3.2.2.3), 0 when it has no word for it. */
  int connectReturnCode() {
    return switch (this) {
      case UNSUPPORTED_PROTOCOL_VERSION -> 1;
      case CLIENT_IDENTIFIER_NOT_VALID -> 2;
      case SERVER_UNAVAILABLE,
          SERVER_BUSY,
          SERVER_SHUTTING_DOWN,
          QUOTA_EXCEEDED,
          IMPLEMENTATION_SPECIFIC_ERROR,
          CONNECTION_RATE_EXCEEDED ->
          3;
      case BAD_USER_NAME_OR_PASSWORD -> 4;
      case NOT_AUTHORIZED, BANNED -> 5;
      default -> 0;
    };
  }

  /** The inverse of {@link #value}; {@link #UNSPECIFIED_ERROR} for one not listed here. */
  static ReasonCode of(int value) {
    ReasonCode code = BY_VALUE[value & 0xFF];
    return code == null ? UNSPECIFIED_ERROR : code;
  }
}
