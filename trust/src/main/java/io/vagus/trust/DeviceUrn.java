package io.vagus.trust;

import io.vagus.model.DeviceId;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The name by which a certificate is a device's: {@code urn:vagus:device:ID}, its one
 * subjectAltName of kind URI (RFC 5280 §4.2.1.6). The common name is for people: it has room for 64
 * characters, an id has up to 128.
 */
final class DeviceUrn {
  private static final String PREFIX = "urn:vagus:device:";
  private static final int URI = 6;

  private DeviceUrn() {}

  static String of(DeviceId device) {
    return PREFIX + device.value();
  }

  /** Empty unless the certificate has exactly one name and that is a device's. */
  static Optional<DeviceId> in(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      if (names == null || names.size() != 1) {
        return Optional.empty();
      }
      List<?> name = names.iterator().next();
      return Integer.valueOf(URI).equals(name.getFirst())
              && name.getLast() instanceof String uri
              && uri.startsWith(PREFIX)
              && DeviceId.isValid(uri.substring(PREFIX.length()))
          ? Optional.of(new DeviceId(uri.substring(PREFIX.length())))
          : Optional.empty();
    } catch (CertificateParsingException e) {
      return Optional.empty();
    }
  }
}
