package io.vagus.trust;

import io.vagus.kit.ErrorCode;
import java.util.Locale;

/** Why a client certificate does not count; each is counted. */
public enum Refusal {
  // Seen in the handshake, which fails.
  UNKNOWN_CA(ErrorCode.CERTIFICATE_INVALID),
  FORGED(ErrorCode.CERTIFICATE_INVALID),
  WRONG_USAGE(ErrorCode.CERTIFICATE_INVALID),
  NO_DEVICE_NAME(ErrorCode.CERTIFICATE_INVALID),
  NOT_YET_VALID(ErrorCode.CERTIFICATE_INVALID),

  // Seen after it, and told in the protocol's own words.
  NOT_ISSUED(ErrorCode.CERTIFICATE_INVALID),
  REVOKED(ErrorCode.CERTIFICATE_REVOKED),
  EXPIRED(ErrorCode.CERTIFICATE_EXPIRED),
  OTHER_NAME(ErrorCode.NOT_AUTHORIZED),
  DEVICE_BARRED(ErrorCode.DEVICE_SUSPENDED);

  private final ErrorCode code;

  Refusal(ErrorCode code) {
    this.code = code;
  }

  public ErrorCode code() {
    return code;
  }

  /** Label of the metric. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
