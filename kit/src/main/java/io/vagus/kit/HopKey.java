package io.vagus.kit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * What one part of the process shows another with each request over the loopback, so that no other
 * program of the machine that finds the port is taken for it. Random, and dies with the process.
 * Immutable.
 */
public final class HopKey {
  /** The request's field that shows it. */
  public static final String HEADER = "X-Vagus-Hop";

  private static final int BYTES = 32;

  private final String text;

  public HopKey() {
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    this.text = HexFormat.of().formatHex(random);
  }

  /** As the field's value. */
  public String text() {
    return text;
  }

  /** In a time that tells nothing of it. */
  public boolean isShownBy(String field) {
    return MessageDigest.isEqual(
        text.getBytes(StandardCharsets.US_ASCII), field.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return "HopKey"; // it is a secret
  }
}
