package io.vagus.kit;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Random identifiers and secrets. Thread-safe. */
public final class Ids {
  private static final SecureRandom RANDOM = new SecureRandom();

  private Ids() {}

  /** Hexadecimal, from the operating system's secure source. */
  public static String randomHex(int bytes) {
    byte[] random = new byte[bytes];
    RANDOM.nextBytes(random);
    return HexFormat.of().formatHex(random);
  }
}
