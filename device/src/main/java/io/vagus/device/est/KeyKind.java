package io.vagus.device.est;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;

/** The kinds of keys for which the platform issues certificates. */
public enum KeyKind {
  P256("EC", "SHA256withECDSA", "2A8648CE3D040302"),
  ED25519("Ed25519", "Ed25519", "2B6570");

  private final String algorithm;
  private final String signature;
  private final String signatureId;

  KeyKind(String algorithm, String signature, String signatureId) {
    this.algorithm = algorithm;
    this.signature = signature;
    this.signatureId = signatureId;
  }

  /** JCA's name of such keys. */
  public String algorithm() {
    return algorithm;
  }

  /** JCA's name of the signature made with such a key. */
  String signature() {
    return signature;
  }

  /** That signature's object identifier, encoded (RFC 5758 §3.2, RFC 8410 §3). */
  String signatureId() {
    return signatureId;
  }

  public KeyPair generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      if (this == P256) {
        generator.initialize(new ECGenParameterSpec("secp256r1"));
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK makes keys of kind " + this, e);
    }
  }
}
