package io.vagus.trust;

import io.vagus.model.DeviceId;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The name by which a certificate is a device's, {@code urn:vagus:device:ID}, or opens a batch's
 * enrolment, {@code urn:vagus:claim:BATCH}: its one subjectAltName, of kind URI (RFC 5280
 * §4.2.1.6). The common name is for people: it has room for 64 characters, an id has up to 128.
 */
final class SubjectUri {
  /** Of a key that signs evidence: no device's. */
  static final String EVIDENCE = "urn:vagus:evidence";

  private static final String DEVICE = "urn:vagus:device:";
  private static final String CLAIM = "urn:vagus:claim:";
  private static final int URI = 6;

  private SubjectUri() {}

  static String ofDevice(DeviceId device) {
    return DEVICE + device.value();
  }

  static String ofClaim(String batch) {
    return CLAIM + batch;
  }

  /** Empty unless the certificate has exactly one name and that is a device's. */
  static Optional<DeviceId> device(X509Certificate certificate) {
    return after(DEVICE, certificate).map(DeviceId::new);
  }

  /** The device of that name. */
  static Optional<DeviceId> device(String uri) {
    return after(DEVICE, uri).map(DeviceId::new);
  }

  /** The batch, unless the certificate has other names or none. */
  static Optional<String> claim(X509Certificate certificate) {
    return after(CLAIM, certificate);
  }

  private static Optional<String> after(String prefix, X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      if (names == null || names.size() != 1) {
        return Optional.empty();
      }
      List<?> name = names.iterator().next();
      return Integer.valueOf(URI).equals(name.getFirst()) && name.getLast() instanceof String uri
          ? after(prefix, uri)
          : Optional.empty();
    } catch (CertificateParsingException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> after(String prefix, String uri) {
    return Optional.of(uri)
        .filter(u -> u.startsWith(prefix))
        .map(u -> u.substring(prefix.length()))
        .filter(DeviceId::isValid);
  }
}
