package io.vagus.trust;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

/**
 * A secret that only the TPM with a certain endorsement key gives up, and only when it holds a key
 * of a certain name: what {@code TPM2_MakeCredential} makes (TPM 2.0 Library part 1 §24, part 3
 * §12.6). The endorsement key is of the default templates: RSA 2048 or P-256, with SHA-256 and
 * AES-128 in CFB mode (TCG EK Credential Profile 2.x, L-1 and L-2).
 *
 * @param blob {@code TPM2B_ID_OBJECT} without its length: HMAC and encrypted secret
 * @param seed {@code TPM2B_ENCRYPTED_SECRET} without its length
 */
record TpmCredential(byte[] blob, byte[] seed) {
  private static final int MAGIC = 0xBADCC0DE;
  private static final int RSA_BITS = 2048;
  private static final int SEED_BITS = 256;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** The seed, and how it goes to the TPM. */
  private record Seed(byte[] plain, byte[] encrypted) {}

  /**
   * Makes one.
   *
   * @param endorsement RSA 2048 or P-256
   * @param name of the key that must be there
   * @param secret 32 bytes at most
   */
  static TpmCredential make(PublicKey endorsement, byte[] name, byte[] secret) {
    try {
      Seed seed = seed(endorsement);
      byte[] symmetric = kdfa(seed.plain(), "STORAGE", name, 128);
      Cipher aes = Cipher.getInstance("AES/CFB/NoPadding");
      aes.init(
          Cipher.ENCRYPT_MODE,
          new SecretKeySpec(symmetric, "AES"),
          new IvParameterSpec(new byte[16]));
      byte[] identity = aes.doFinal(block(secret));
      byte[] integrity = kdfa(seed.plain(), "INTEGRITY", new byte[0], SEED_BITS);
      byte[] blob = concat(block(hmac(integrity, identity, name)), identity);
      return new TpmCredential(blob, seed.encrypted());
    } catch (GeneralSecurityException e) {
      throw new VagusException(ErrorCode.INTERNAL, "cannot make a credential: " + e, e);
    }
  }

  /** As the files of tpm2-tools: {@code tpm2_activatecredential --credential-blob}. */
  byte[] file() {
    byte[] head = ByteBuffer.allocate(8).putInt(MAGIC).putInt(1).array();
    return concat(head, block(blob), block(seed));
  }

  /** Whether the key is one that credentials can be made for. */
  static boolean isEndorsement(PublicKey key) {
    return key instanceof RSAPublicKey rsa
        ? rsa.getModulus().bitLength() == RSA_BITS
        : KeyKind.of(key).filter(kind -> kind == KeyKind.P256).isPresent();
  }

  private static Seed seed(PublicKey endorsement) throws GeneralSecurityException {
    if (endorsement instanceof ECPublicKey ec) {
      return ecSeed(ec);
    }
    byte[] plain = new byte[SEED_BITS / 8];
    RANDOM.nextBytes(plain);
    Cipher rsa = Cipher.getInstance("RSA/ECB/OAEPPadding");
    rsa.init(
        Cipher.ENCRYPT_MODE,
        endorsement,
        new OAEPParameterSpec(
            "SHA-256",
            "MGF1",
            MGF1ParameterSpec.SHA256,
            new PSource.PSpecified(label("IDENTITY"))));
    return new Seed(plain, rsa.doFinal(plain));
  }

  /** One-pass Diffie-Hellman (part 1 §C.6.3). */
  private static Seed ecSeed(ECPublicKey endorsement) throws GeneralSecurityException {
    KeyPair own = KeyKind.P256.generate();
    KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
    agreement.init(own.getPrivate());
    agreement.doPhase(endorsement, true);
    ECPublicKey ephemeral = (ECPublicKey) own.getPublic();
    byte[] x = coordinate(ephemeral.getW().getAffineX());
    byte[] plain =
        sha256(
            new byte[] {0, 0, 0, 1},
            agreement.generateSecret(),
            label("IDENTITY"),
            x,
            coordinate(endorsement.getW().getAffineX()));
    byte[] point = concat(block(x), block(coordinate(ephemeral.getW().getAffineY())));
    return new Seed(plain, point);
  }

  /** 32 bytes, whatever its sign and leading zeros. */
  private static byte[] coordinate(BigInteger value) {
    byte[] bytes = value.toByteArray();
    byte[] fixed = new byte[SEED_BITS / 8];
    int length = Math.min(bytes.length, fixed.length);
    System.arraycopy(bytes, bytes.length - length, fixed, fixed.length - length, length);
    return fixed;
  }

  /** KDFa (part 1 §11.4.10.2), for no more than one block of SHA-256. */
  private static byte[] kdfa(byte[] key, String use, byte[] context, int bits)
      throws GeneralSecurityException {
    byte[] length = ByteBuffer.allocate(4).putInt(bits).array();
    byte[] all = hmac(key, new byte[] {0, 0, 0, 1}, label(use), context, length);
    return java.util.Arrays.copyOf(all, bits / 8);
  }

  /** With a zero behind it. */
  private static byte[] label(String use) {
    return (use + "\0").getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] hmac(byte[] key, byte[]... parts) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    for (byte[] part : parts) {
      mac.update(part);
    }
    return mac.doFinal();
  }

  static byte[] sha256(byte[]... parts) {
    MessageDigest digest = EvidenceArchive.sha256();
    for (byte[] part : parts) {
      digest.update(part);
    }
    return digest.digest();
  }

  /** With its length before it ({@code TPM2B}). */
  private static byte[] block(byte[] content) {
    return ByteBuffer.allocate(2 + content.length)
        .putShort((short) content.length)
        .put(content)
        .array();
  }

  private static byte[] concat(byte[]... parts) {
    int length = java.util.stream.Stream.of(parts).mapToInt(p -> p.length).sum();
    ByteBuffer all = ByteBuffer.allocate(length);
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }
}
