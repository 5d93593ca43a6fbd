package io.vagus.registry;

import io.vagus.registry.IssuedCertificate.Revocation;
import java.time.Instant;
import java.util.Optional;

/**
 * A certificate that all devices of a batch share until each has its own: it opens enrolment and
 * nothing else.
 *
 * @param serial hexadecimal, lower case, without leading zeros
 * @param fingerprint SHA-256 of the whole, hexadecimal
 * @param issuer serial number of the authority's certificate whose key signed it
 */
public record ClaimCertificate(
    String serial,
    String batch,
    String fingerprint,
    String issuer,
    Instant notBefore,
    Instant notAfter,
    Optional<Revocation> revocation) {

  public ClaimCertificate revoked(Revocation by) {
    return revocation.isPresent()
        ? this
        : new ClaimCertificate(
            serial, batch, fingerprint, issuer, notBefore, notAfter, Optional.of(by));
  }
}
