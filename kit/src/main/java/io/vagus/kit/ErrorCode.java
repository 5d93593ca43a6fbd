package io.vagus.kit;

import java.util.Locale;

/**
 * Every reason for which Vagus refuses, drops or fails, and what each protocol says of it: the one
 * table that maps a reason to an HTTP status (RFC 9110) and an MQTT 5 reason code (MQTT 5.0 §2.4).
 *
 * <p>The name in lower case with hyphens is the {@code code} of a problem+json body and the {@code
 * reason} label of a metric. Codes are stored: the {@link #id} of a code never changes.
 */
public enum ErrorCode {
  // What a device did.
  BAD_CREDENTIALS(1, Kind.DEVICE, 401, 0x86),
  NOT_AUTHORIZED(2, Kind.DEVICE, 403, 0x87),
  DEVICE_SUSPENDED(3, Kind.DEVICE, 403, 0x8A),
  TOPIC_INVALID(4, Kind.DEVICE, 400, 0x90),
  PAYLOAD_TOO_LARGE(5, Kind.DEVICE, 413, 0x95),
  PAYLOAD_MALFORMED(6, Kind.DEVICE, 422, 0x99),
  CONTENT_TYPE_UNKNOWN(7, Kind.DEVICE, 415, 0x99),
  METRIC_UNKNOWN(8, Kind.DEVICE, 422, 0x99),
  VALUE_WRONG_TYPE(9, Kind.DEVICE, 422, 0x99),
  VALUE_OUT_OF_RANGE(10, Kind.DEVICE, 422, 0x99),
  TOO_MANY_VALUES(11, Kind.DEVICE, 422, 0x99),
  MODEL_MISSING(12, Kind.DEVICE, 422, 0x99),
  PROTOCOL_ERROR(13, Kind.DEVICE, 400, 0x82),
  RATE_EXCEEDED(14, Kind.DEVICE, 429, 0x96),
  CONNECTION_RATE_EXCEEDED(15, Kind.DEVICE, 429, 0x9F),
  SESSION_TAKEN_OVER(16, Kind.DEVICE, 409, 0x8E),
  KEEP_ALIVE_TIMEOUT(17, Kind.DEVICE, 408, 0x8D),
  CLIENT_ID_INVALID(18, Kind.DEVICE, 400, 0x85),
  QUOTA_EXCEEDED(19, Kind.DEVICE, 429, 0x97),
  CERTIFICATE_EXPIRED(20, Kind.DEVICE, 403, 0x87),
  CERTIFICATE_REVOKED(21, Kind.DEVICE, 403, 0x87),
  CERTIFICATE_INVALID(22, Kind.DEVICE, 403, 0x87),
  ENROLMENT_REFUSED(23, Kind.DEVICE, 403, 0x87),
  COMMAND_UNKNOWN(24, Kind.DEVICE, 404, 0x83),
  DEVICE_QUARANTINED(25, Kind.DEVICE, 403, 0x8A),
  DEVICE_IN_TRANSFER(26, Kind.DEVICE, 403, 0x8A),
  DEVICE_RETURNED(27, Kind.DEVICE, 403, 0x8A),
  DEVICE_RETIRED(28, Kind.DEVICE, 403, 0x8A),
  PASSWORD_SPRAYING(29, Kind.DEVICE, 429, 0x9F),
  ADDRESS_NOT_ALLOWED(30, Kind.DEVICE, 403, 0x8A),
  HANDSHAKE_RATE_EXCEEDED(31, Kind.DEVICE, 429, 0x9F),

  // What a person or a program asked of the API.
  INVALID_REQUEST(40, Kind.USER, 400, 0x83),
  NOT_FOUND(41, Kind.USER, 404, 0x83),
  CONFLICT(42, Kind.USER, 409, 0x83),
  UNAUTHENTICATED(43, Kind.USER, 401, 0x86),
  FORBIDDEN(44, Kind.USER, 403, 0x87),
  PRECONDITION_FAILED(45, Kind.USER, 412, 0x83),
  METHOD_NOT_ALLOWED(46, Kind.USER, 405, 0x83),
  INVALID_SETTING(47, Kind.USER, 400, 0x83),
  REFUSED(48, Kind.USER, 409, 0x83),

  // Too much at once: the same request may succeed later.
  BUSY(60, Kind.BUSY, 503, 0x89),
  STOPPING(61, Kind.BUSY, 503, 0x8B),

  // Lost resources and broken invariants.
  DISK_FULL(80, Kind.EXTERNAL, 503, 0x97),
  IO_FAILED(81, Kind.EXTERNAL, 500, 0x83),
  DATA_LOCKED(82, Kind.EXTERNAL, 500, 0x83),
  DATA_CORRUPT(83, Kind.INTERNAL, 500, 0x83),
  INTERNAL(84, Kind.INTERNAL, 500, 0x83),
  DATA_TOO_NEW(85, Kind.EXTERNAL, 500, 0x83),
  DATABASE_AWAY(86, Kind.EXTERNAL, 503, 0x88);

  /** Whose turn it is to act. */
  public enum Kind {
    DEVICE,
    USER,
    BUSY,
    EXTERNAL,
    INTERNAL
  }

  private static final ErrorCode[] BY_ID = new ErrorCode[256];

  static {
    for (ErrorCode code : values()) {
      BY_ID[code.id] = code;
    }
  }

  private final int id;
  private final Kind kind;
  private final int httpStatus;
  private final int mqttReason;
  private final String code;

  ErrorCode(int id, Kind kind, int httpStatus, int mqttReason) {
    this.id = id;
    this.kind = kind;
    this.httpStatus = httpStatus;
    this.mqttReason = mqttReason;
    this.code = name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** One byte, stable over releases: what files hold. */
  public int id() {
    return id;
  }

  public Kind kind() {
    return kind;
  }

  public int httpStatus() {
    return httpStatus;
  }

  /** MQTT 5.0 §2.4; 3.1.1 has no place for it outside CONNACK. */
  public int mqttReason() {
    return mqttReason;
  }

  /** As people and programs see it, such as {@code payload-too-large}. */
  public String code() {
    return code;
  }

  /** The inverse of {@link #id}; {@link #INTERNAL} for an id of a later release. */
  public static ErrorCode ofId(int id) {
    ErrorCode code = id >= 0 && id < BY_ID.length ? BY_ID[id] : null;
    return code == null ? INTERNAL : code;
  }
}
