package io.vagus.trust;

import io.vagus.model.DeviceId;

/** Who wants a certificate, as the listener proved it. */
public sealed interface Enrollee {

  /**
   * A device that has a credential.
   *
   * @param serial of the certificate that it showed; empty: it proved itself by its secret
   * @param late whether that certificate had ended, within the grace time
   */
  record Known(DeviceId device, String serial, boolean late) implements Enrollee {}

  /** Somebody with a provisioning token. */
  record ByToken(String token) implements Enrollee {}

  /** Somebody with a batch's claim certificate. */
  record ByClaim(String batch, String serial) implements Enrollee {}

  /**
   * Hardware that its vendor vouches for (IDevID, IEEE 802.1AR).
   *
   * @param root fingerprint of the vendor's root
   * @param fingerprint of the certificate that it showed
   */
  record ByHardware(String root, String serialNumber, String fingerprint) implements Enrollee {}

  /** Label of a metric. */
  default String way() {
    return switch (this) {
      case Known known -> known.serial().isEmpty() ? "secret" : "certificate";
      case ByToken token -> "token";
      case ByClaim claim -> "claim";
      case ByHardware hardware -> "hardware";
    };
  }
}
