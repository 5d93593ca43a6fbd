package io.vagus.registry;

import io.vagus.kit.Ids;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/** Of the log itself, and what all bodies share. */
public final class LogFacts {
  private static final int ID_BYTES = 16;

  private LogFacts() {}

  /** The first event: no two logs have the same, so that none can pass for another. */
  public static Fact began() {
    return Fact.noted(new Subject("log", ""), "log.began", Map.of("id", Ids.randomHex(ID_BYTES)));
  }

  /**
   * What the log says of a stored hash: enough to tell whether it is still the one, too little to
   * try secrets on.
   */
  public static String digest(String hash) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(hash.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
