package io.vagus.trust;

import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.DSAPublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Locale;
import java.util.Optional;

/** Keys and signatures that give less than 112 bits of security (NIST SP 800-131A). */
final class WeakKeys {
  private static final int RSA_BITS = 2048;
  private static final int CURVE_BITS = 224;

  private WeakKeys() {}

  /** What is weak about it; a root's own signature proves nothing and is not looked at. */
  static Optional<String> why(X509Certificate certificate) {
    Optional<String> key = why(certificate.getPublicKey());
    String signature = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
    boolean signsItself =
        certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
    boolean broken = signature.startsWith("MD") || signature.startsWith("SHA1");
    return key.isEmpty() && broken && !signsItself
        ? Optional.of("signed with " + certificate.getSigAlgName() + " (expected: SHA-256 or more)")
        : key;
  }

  private static Optional<String> why(PublicKey key) {
    return switch (key) {
      case RSAPublicKey rsa -> shorter("RSA", rsa.getModulus().bitLength(), RSA_BITS);
      case ECPublicKey ec -> shorter("curve", ec.getParams().getOrder().bitLength(), CURVE_BITS);
      case DSAPublicKey dsa ->
          Optional.of("key: DSA (expected: P-256, Ed25519 or RSA of " + RSA_BITS + " bits)");
      default -> Optional.empty();
    };
  }

  private static Optional<String> shorter(String kind, int bits, int least) {
    return bits >= least
        ? Optional.empty()
        : Optional.of("key: " + kind + " of " + bits + " bits (expected: >= " + least + ")");
  }
}
