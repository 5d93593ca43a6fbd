package io.vagus.trust;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;

/**
 * The public area of a key in a TPM ({@code TPMT_PUBLIC}, TPM 2.0 Library part 2 §12.2.4): an ECC
 * key on P-256 that signs, was made in that TPM and never leaves it.
 *
 * @param name {@code nameAlg} and digest of the area: what a credential is bound to
 */
record TpmPublic(byte[] name, PublicKey key) {
  private static final int ECC = 0x0023;
  private static final int SHA256 = 0x000B;
  private static final int NULL = 0x0010;
  private static final int P256 = 0x0003;
  private static final int MAX_BYTES = 1024;

  private static final int FIXED_TPM = 1 << 1;
  private static final int FIXED_PARENT = 1 << 4;
  private static final int SENSITIVE_DATA_ORIGIN = 1 << 5;
  private static final int RESTRICTED = 1 << 16;
  private static final int DECRYPT = 1 << 17;
  private static final int SIGN = 1 << 18;
  private static final int MADE_THERE = FIXED_TPM | FIXED_PARENT | SENSITIVE_DATA_ORIGIN;

  /**
   * Reads and checks.
   *
   * @param bytes with or without its length before it ({@code TPM2B_PUBLIC})
   */
  static TpmPublic read(byte[] bytes) {
    if (bytes.length < 2 || bytes.length > MAX_BYTES) {
      throw malformed(bytes.length + " bytes (expected: 2 to " + MAX_BYTES + ")");
    }
    boolean sized = (ByteBuffer.wrap(bytes).getShort() & 0xFFFF) == bytes.length - 2;
    byte[] area = sized ? Arrays.copyOfRange(bytes, 2, bytes.length) : bytes;
    try {
      ByteBuffer in = ByteBuffer.wrap(area);
      require("type", in.getShort(), ECC, "ECC");
      require("nameAlg", in.getShort(), SHA256, "SHA-256");
      requireAttributes(in.getInt());
      block(in); // authPolicy
      PublicKey key = eccKey(in);
      if (in.hasRemaining()) {
        throw malformed(in.remaining() + " bytes too many");
      }
      return new TpmPublic(nameOf(area), key);
    } catch (BufferUnderflowException e) {
      throw malformed("is not whole");
    }
  }

  /** Made there, kept there, signs whatever its owner likes, as TLS needs it, and only that. */
  private static void requireAttributes(int attributes) {
    boolean right =
        (attributes & MADE_THERE) == MADE_THERE
            && (attributes & SIGN) != 0
            && (attributes & (RESTRICTED | DECRYPT)) == 0;
    if (!right) {
      throw Refusal.TPM_KEY.because(
          "key: attributes 0x%08x (expected: fixedtpm, fixedparent, sensitivedataorigin, sign; not restricted, not decrypt)"
              .formatted(attributes));
    }
  }

  private static PublicKey eccKey(ByteBuffer in) {
    require("symmetric", in.getShort(), NULL, "null");
    if ((in.getShort() & 0xFFFF) != NULL) {
      in.getShort(); // the hash of its signing scheme
    }
    require("curve", in.getShort(), P256, "P-256");
    if ((in.getShort() & 0xFFFF) != NULL) {
      in.getShort();
    }
    BigInteger x = new BigInteger(1, block(in));
    BigInteger y = new BigInteger(1, block(in));
    return p256(x, y);
  }

  static PublicKey p256(BigInteger x, BigInteger y) {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec("secp256r1"));
      return KeyFactory.getInstance("EC")
          .generatePublic(
              new ECPublicKeySpec(
                  new ECPoint(x, y), parameters.getParameterSpec(ECParameterSpec.class)));
    } catch (GeneralSecurityException e) {
      throw malformed("no point of P-256: " + e.getMessage());
    }
  }

  private static byte[] nameOf(byte[] area) {
    byte[] digest = TpmCredential.sha256(area);
    return ByteBuffer.allocate(2 + digest.length).putShort((short) SHA256).put(digest).array();
  }

  private static byte[] block(ByteBuffer in) {
    byte[] block = new byte[in.getShort() & 0xFFFF];
    in.get(block);
    return block;
  }

  private static void require(String what, short value, int expected, String word) {
    if ((value & 0xFFFF) != expected) {
      throw Refusal.TPM_KEY.because(
          "key: %s 0x%04x (expected: %s)".formatted(what, value & 0xFFFF, word));
    }
  }

  private static VagusException malformed(String what) {
    return new VagusException(ErrorCode.INVALID_REQUEST, "key: " + what + ", of a TPM2B_PUBLIC");
  }
}
