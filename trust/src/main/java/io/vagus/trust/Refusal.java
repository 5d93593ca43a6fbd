package io.vagus.trust;

import io.vagus.kit.ErrorCode;
import io.vagus.model.Device;
import java.util.Locale;

/**
 * Why a client's certificate or token does not count, or does not let it enrol; each is counted.
 */
public enum Refusal {
  // Seen in the handshake, which fails.
  UNKNOWN_CA(Of.CERTIFICATE, ErrorCode.CERTIFICATE_INVALID),
  FORGED(Of.CERTIFICATE, ErrorCode.CERTIFICATE_INVALID),
  WRONG_USAGE(Of.CERTIFICATE, ErrorCode.CERTIFICATE_INVALID),
  NO_DEVICE_NAME(Of.CERTIFICATE, ErrorCode.CERTIFICATE_INVALID),
  NOT_YET_VALID(Of.CERTIFICATE, ErrorCode.CERTIFICATE_INVALID),

  // Seen after it, and told in the protocol's own words.
  NOT_ISSUED(Of.CERTIFICATE, ErrorCode.CERTIFICATE_INVALID),
  REVOKED(Of.CERTIFICATE, ErrorCode.CERTIFICATE_REVOKED),
  EXPIRED(Of.CERTIFICATE, ErrorCode.CERTIFICATE_EXPIRED),
  OTHER_NAME(Of.CERTIFICATE, ErrorCode.NOT_AUTHORIZED),
  DEVICE_GONE(Of.CERTIFICATE, ErrorCode.NOT_AUTHORIZED),
  DEVICE_SUSPENDED(Of.CERTIFICATE, ErrorCode.DEVICE_SUSPENDED),
  DEVICE_QUARANTINED(Of.CERTIFICATE, ErrorCode.DEVICE_QUARANTINED),
  DEVICE_IN_TRANSFER(Of.CERTIFICATE, ErrorCode.DEVICE_IN_TRANSFER),
  DEVICE_RETURNED(Of.CERTIFICATE, ErrorCode.DEVICE_RETURNED),
  DEVICE_RETIRED(Of.CERTIFICATE, ErrorCode.DEVICE_RETIRED),
  ENROLS_ONLY(Of.CERTIFICATE, ErrorCode.NOT_AUTHORIZED),

  // Who may enrol, and as whom.
  TOKEN_UNKNOWN(Of.ENROLMENT, ErrorCode.BAD_CREDENTIALS),
  TOKEN_USED(Of.ENROLMENT, ErrorCode.ENROLMENT_REFUSED),
  TOKEN_EXPIRED(Of.ENROLMENT, ErrorCode.ENROLMENT_REFUSED),
  TOKEN_REVOKED(Of.ENROLMENT, ErrorCode.ENROLMENT_REFUSED),
  OTHER_DEVICE(Of.ENROLMENT, ErrorCode.ENROLMENT_REFUSED),
  OTHER_KEY(Of.ENROLMENT, ErrorCode.ENROLMENT_REFUSED),
  NOT_LISTED(Of.ENROLMENT, ErrorCode.ENROLMENT_REFUSED),
  ENROLLED_ALREADY(Of.ENROLMENT, ErrorCode.ENROLMENT_REFUSED),
  BATCH_CLOSED(Of.ENROLMENT, ErrorCode.ENROLMENT_REFUSED),
  BATCH_FULL(Of.ENROLMENT, ErrorCode.ENROLMENT_REFUSED),
  NOT_REGISTERED(Of.ENROLMENT, ErrorCode.ENROLMENT_REFUSED),
  TPM_VENDOR(Of.ENROLMENT, ErrorCode.ENROLMENT_REFUSED),
  TPM_KEY(Of.ENROLMENT, ErrorCode.ENROLMENT_REFUSED),
  TPM_CHALLENGE(Of.ENROLMENT, ErrorCode.ENROLMENT_REFUSED);

  /** What was refused. */
  enum Of {
    CERTIFICATE,
    ENROLMENT
  }

  private final Of of;
  private final ErrorCode code;

  Refusal(Of of, ErrorCode code) {
    this.of = of;
    this.code = code;
  }

  Of of() {
    return of;
  }

  public ErrorCode code() {
    return code;
  }

  /** Of a device that is shut out. */
  static Refusal of(Device device) {
    return switch (device.status()) {
      case SUSPENDED -> DEVICE_SUSPENDED;
      case QUARANTINED -> DEVICE_QUARANTINED;
      case IN_TRANSFER -> DEVICE_IN_TRANSFER;
      case RETURNED -> DEVICE_RETURNED;
      case RETIRED -> DEVICE_RETIRED;
      case REGISTERED, PROVISIONED, ACTIVE ->
          throw new IllegalArgumentException("may connect: " + device.id());
    };
  }

  /** How the device stands, as people read it. */
  static String word(Device device) {
    return device.status().name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Label of the metric, and the word that a refusal's text begins with. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  EnrolmentRefused because(String why) {
    return new EnrolmentRefused(this, why);
  }
}
