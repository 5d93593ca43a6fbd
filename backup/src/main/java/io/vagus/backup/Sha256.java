package io.vagus.backup;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Every JDK has it. */
final class Sha256 {
  private Sha256() {}

  static MessageDigest start() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
