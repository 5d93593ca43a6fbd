package io.vagus.registry;

import io.vagus.kit.WallClock;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tokens that stand for a device's secret for ten minutes: {@code vbt_NAME.END.MAC}. The MAC is
 * over name, end and the secret's hash under a key that dies with the process: a token is worth
 * nothing for another device, after its end, once the secret is another, or after a restart.
 * Nothing is stored. Thread-safe.
 */
final class BoundTokens {
  static final Duration LIFE = Duration.ofMinutes(10);
  static final String PREFIX = "vbt_";
  private static final Pattern FORM =
      Pattern.compile("vbt_([A-Za-z0-9_-]{2,172})\\.(\\d{1,12})\\.([A-Za-z0-9_-]{43})");

  private final SecretKeySpec key;
  private final WallClock wall;

  BoundTokens(WallClock wall) {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    this.key = new SecretKeySpec(random, "HmacSHA256");
    this.wall = wall;
  }

  static boolean isBound(byte[] secret) {
    byte[] prefix = PREFIX.getBytes(StandardCharsets.US_ASCII);
    return secret.length > prefix.length
        && MessageDigest.isEqual(prefix, Arrays.copyOf(secret, prefix.length));
  }

  /** Whose it says to be. */
  static Optional<String> nameIn(String token) {
    Matcher form = FORM.matcher(token);
    if (!form.matches()) {
      return Optional.empty();
    }
    try {
      byte[] name = Base64.getUrlDecoder().decode(form.group(1));
      return Optional.of(new String(name, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  String make(String name, String hash) {
    long end = seconds() + LIFE.toSeconds();
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    return PREFIX
        + base64.encodeToString(bytes)
        + "."
        + end
        + "."
        + base64.encodeToString(mac(name, end, hash));
  }

  /** Whether its end, as it says, is still to come; {@link #matches} says whether that is true. */
  boolean isLive(byte[] token) {
    Matcher form = FORM.matcher(new String(token, StandardCharsets.UTF_8));
    return form.matches() && Long.parseLong(form.group(2)) > seconds();
  }

  boolean matches(String name, byte[] token, String hash) {
    String text = new String(token, StandardCharsets.UTF_8);
    Matcher form = FORM.matcher(text);
    if (!form.matches() || !isLive(token) || !nameIn(text).equals(Optional.of(name))) {
      return false;
    }
    byte[] shown = Base64.getUrlDecoder().decode(form.group(3));
    return MessageDigest.isEqual(shown, mac(name, Long.parseLong(form.group(2)), hash));
  }

  private byte[] mac(String name, long end, String hash) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return mac.doFinal((name + "\n" + end + "\n" + hash).getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }

  private long seconds() {
    return Math.floorDiv(wall.micros(), 1_000_000L);
  }
}
