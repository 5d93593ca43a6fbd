package io.vagus.trust;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;

/** Serial numbers: 127 random bits, so that nobody foresees one (CA/B Forum BR §7.1). */
final class Serials {
  private static final SecureRandom RANDOM = new SecureRandom();

  private Serials() {}

  static BigInteger next() {
    return new BigInteger(127, RANDOM).setBit(126);
  }

  static String text(BigInteger serial) {
    return serial.toString(16);
  }

  static String of(X509Certificate certificate) {
    return text(certificate.getSerialNumber());
  }
}
