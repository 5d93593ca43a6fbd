package io.vagus.registry;

import io.vagus.model.DeviceId;
import java.time.Instant;
import java.util.Optional;

/**
 * A device's certificate as the inventory knows it.
 *
 * @param serial hexadecimal, lower case, without leading zeros
 * @param key SHA-256 of its SubjectPublicKeyInfo, hexadecimal
 * @param keyKind such as {@code P-256}
 * @param fingerprint SHA-256 of the whole, hexadecimal
 * @param issuer serial number of the authority's certificate whose key signed it; empty: issued
 *     before that was noted
 * @param notAfter the last moment it is valid at
 */
public record IssuedCertificate(
    String serial,
    DeviceId device,
    String key,
    String keyKind,
    String fingerprint,
    String issuer,
    Instant notBefore,
    Instant notAfter,
    Optional<Revocation> revocation) {

  /** When and why it was revoked. */
  public record Revocation(Instant at, RevocationReason reason) {}

  /** How it stands. */
  public enum Status {
    VALID,
    EXPIRED,
    REVOKED
  }

  public Status status(Instant now) {
    if (revocation.isPresent()) {
      return Status.REVOKED;
    }
    return now.isAfter(notAfter) ? Status.EXPIRED : Status.VALID;
  }

  public IssuedCertificate revoked(Instant at, RevocationReason reason) {
    return revocation.isPresent()
        ? this
        : new IssuedCertificate(
            serial,
            device,
            key,
            keyKind,
            fingerprint,
            issuer,
            notBefore,
            notAfter,
            Optional.of(new Revocation(at, reason)));
  }
}
