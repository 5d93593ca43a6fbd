package io.vagus.trust;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Optional;

/** The kinds of keys that certificates are made for and signed with. */
public enum KeyKind {
  P256("P-256", "SHA256withECDSA", "EC"),
  ED25519("Ed25519", "Ed25519", "Ed25519");

  /** Of the curve's base point (FIPS 186-4 D.1.2.3): tells P-256 from other curves of its size. */
  private static final BigInteger P256_ORDER =
      new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

  private final String label;
  private final String signature;
  private final String algorithm;

  KeyKind(String label, String signature, String algorithm) {
    this.label = label;
    this.signature = signature;
    this.algorithm = algorithm;
  }

  /** As people know it. */
  public String label() {
    return label;
  }

  /** JCA's name of the signature made with such a key. */
  String signature() {
    return signature;
  }

  /** JCA's name of such keys. */
  String algorithm() {
    return algorithm;
  }

  /** Empty for a key of any other kind. */
  static Optional<KeyKind> of(PublicKey key) {
    if (key instanceof ECPublicKey ec && ec.getParams().getOrder().equals(P256_ORDER)) {
      return Optional.of(P256);
    }
    return key instanceof EdECPublicKey ed && ed.getParams().getName().equals("Ed25519")
        ? Optional.of(ED25519)
        : Optional.empty();
  }

  KeyPair generate() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    if (this == P256) {
      generator.initialize(new ECGenParameterSpec("secp256r1"));
    }
    return generator.generateKeyPair();
  }
}
