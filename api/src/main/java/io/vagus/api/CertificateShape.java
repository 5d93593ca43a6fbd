package io.vagus.api;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.registry.IssuedCertificate;
import io.vagus.trust.DeviceCertificates;
import io.vagus.trust.DeviceCertificates.Issued;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.core.JsonGenerator;

/** How certificates look in JSON. */
final class CertificateShape {
  private CertificateShape() {}

  static void write(JsonGenerator out, IssuedCertificate c, Instant now) {
    out.writeStringProperty("serial", c.serial());
    out.writeStringProperty("device", c.device().value());
    out.writeStringProperty("status", Shape.word(c.status(now)));
    out.writeStringProperty("keyKind", c.keyKind());
    out.writeStringProperty("fingerprint", c.fingerprint());
    out.writeStringProperty("notBefore", c.notBefore().toString());
    out.writeStringProperty("notAfter", c.notAfter().toString());
    c.revocation()
        .ifPresent(r -> {
          out.writeStringProperty("revokedAt", r.at().toString());
          out.writeStringProperty("reason", Shape.word(r.reason()));
        });
  }

  /** With the certificate itself and those above it. */
  static void issued(JsonGenerator out, DeviceCertificates ca, Issued issued, Instant now) {
    write(out, issued.entry(), now);
    out.writeStringProperty("certificate", issued.pem());
    out.writeStringProperty("chain", pem(ca.chain()));
  }

  static String pem(List<X509Certificate> certificates) {
    return certificates.stream().map(DeviceCertificates::pem).collect(Collectors.joining());
  }

  static DeviceCertificates required(Optional<DeviceCertificates> authority) {
    return authority.orElseThrow(() ->
        new VagusException(
            ErrorCode.CONFLICT,
            "ca: none is set up (expected: ./vagus ca init, and a restart after it)"));
  }
}
