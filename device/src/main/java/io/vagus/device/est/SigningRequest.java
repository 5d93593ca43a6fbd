package io.vagus.device.est;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.util.Locale;

/** A request for a certificate (PKCS #10, RFC 2986). Pure. */
public final class SigningRequest {
  private static final String COMMON_NAME = "550403";

  private SigningRequest() {}

  /**
   * DER: for that key and the name {@code CN=device}, signed with the key itself.
   *
   * @param keys of one of the {@link KeyKind kinds}
   */
  public static byte[] of(String device, KeyPair keys) {
    KeyKind kind = kind(keys);
    byte[] name = Der.sequence(Der.identifier(COMMON_NAME), Der.text(device));
    byte[] asked =
        Der.sequence(
            Der.zero(),
            Der.sequence(Der.set(name)),
            keys.getPublic().getEncoded(),
            Der.noAttributes());
    try {
      Signature signature = Signature.getInstance(kind.signature());
      signature.initSign(keys.getPrivate());
      signature.update(asked);
      byte[] signed = signature.sign();
      return Der.sequence(
          asked, Der.sequence(Der.identifier(kind.signatureId())), Der.bits(signed));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a key of kind " + kind + " signs", e);
    }
  }

  private static KeyKind kind(KeyPair keys) {
    String algorithm = keys.getPublic().getAlgorithm().toUpperCase(Locale.ROOT);
    return algorithm.startsWith("ED") ? KeyKind.ED25519 : KeyKind.P256;
  }
}
