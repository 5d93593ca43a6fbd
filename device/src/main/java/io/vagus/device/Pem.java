package io.vagus.device;

import io.vagus.device.est.KeyKind;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.KeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys and certificates as text (RFC 7468). Pure. */
final class Pem {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
  private static final Base64.Encoder BASE64 = Base64.getMimeEncoder(64, new byte[] {'\n'});

  private Pem() {}

  static String encode(String label, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(label, BASE64.encodeToString(der), label);
  }

  /** What stands under that label, in order. */
  private static List<byte[]> blocks(String text, String label) {
    List<byte[]> blocks = new ArrayList<>();
    Matcher block = BLOCK.matcher(text);
    while (block.find()) {
      if (block.group(1).equals(label)) {
        blocks.add(Base64.getMimeDecoder().decode(block.group(2)));
      }
    }
    return blocks;
  }

  static List<X509Certificate> certificates(String text) throws CertificateException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<X509Certificate> certificates = new ArrayList<>();
    for (byte[] der : blocks(text, "CERTIFICATE")) {
      certificates.add(
          (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
    }
    return certificates;
  }

  static Optional<PrivateKey> privateKey(String text) throws GeneralSecurityException {
    List<byte[]> blocks = blocks(text, "PRIVATE KEY");
    return blocks.isEmpty()
        ? Optional.empty()
        : Optional.of(
            read(new PKCS8EncodedKeySpec(blocks.getFirst()), KeyFactory::generatePrivate));
  }

  static Optional<PublicKey> publicKey(String text) throws GeneralSecurityException {
    List<byte[]> blocks = blocks(text, "PUBLIC KEY");
    return blocks.isEmpty()
        ? Optional.empty()
        : Optional.of(read(new X509EncodedKeySpec(blocks.getFirst()), KeyFactory::generatePublic));
  }

  private interface Reading<S, K> {
    K read(KeyFactory factory, S encoded) throws InvalidKeySpecException;
  }

  private static <S extends KeySpec, K> K read(S encoded, Reading<S, K> reading)
      throws GeneralSecurityException {
    InvalidKeySpecException last = null;
    for (KeyKind kind : KeyKind.values()) {
      try {
        return reading.read(KeyFactory.getInstance(kind.algorithm()), encoded);
      } catch (InvalidKeySpecException e) {
        last = e; // it is of another kind
      }
    }
    throw new GeneralSecurityException("a key that is neither P-256 nor Ed25519", last);
  }
}
