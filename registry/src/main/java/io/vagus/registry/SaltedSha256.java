package io.vagus.registry;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * {@code $sha256$SALT$HASH} of salt and secret, for secrets of 256 random bits: who has the hash
 * must still try them all. A check costs about a microsecond. Thread-safe.
 */
final class SaltedSha256 {
  private static final String PREFIX = "$sha256$";
  private static final int SALT_BYTES = 16;

  private final SecureRandom random = new SecureRandom();

  static boolean made(String stored) {
    return stored.startsWith(PREFIX);
  }

  String hash(String secret) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
    return PREFIX
        + base64.encodeToString(salt)
        + "$"
        + base64.encodeToString(digest(salt, secret.getBytes(StandardCharsets.UTF_8)));
  }

  boolean matches(byte[] secret, String stored) {
    int end = stored.indexOf('$', PREFIX.length());
    byte[] salt = Base64.getDecoder().decode(stored.substring(PREFIX.length(), end));
    byte[] expected = Base64.getDecoder().decode(stored.substring(end + 1));
    return MessageDigest.isEqual(digest(salt, secret), expected);
  }

  private static byte[] digest(byte[] salt, byte[] secret) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(salt);
      return sha256.digest(secret);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
