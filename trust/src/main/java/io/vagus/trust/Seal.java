package io.vagus.trust;

import io.vagus.model.DeviceId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A text that only this process can have written: HMAC-SHA256 under a random key that dies with it.
 * So the API, which any program of this machine can reach, believes only the listener. Thread-safe.
 */
final class Seal {
  private final SecretKeySpec key;

  Seal() {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    key = new SecretKeySpec(random, "HmacSHA256");
  }

  String seal(Enrollee enrollee) {
    String text = enrollee.device() + "," + enrollee.serial() + "," + enrollee.late();
    return text + "," + mac(text);
  }

  /** Empty when anybody else wrote it. */
  Optional<Enrollee> open(String sealed) {
    int end = sealed.lastIndexOf(',');
    String text = sealed.substring(0, Math.max(0, end));
    byte[] given = sealed.substring(end + 1).getBytes(StandardCharsets.UTF_8);
    if (!MessageDigest.isEqual(given, mac(text).getBytes(StandardCharsets.UTF_8))) {
      return Optional.empty();
    }
    String[] parts = text.split(",", -1);
    return Optional.of(
        new Enrollee(new DeviceId(parts[0]), parts[1], Boolean.parseBoolean(parts[2])));
  }

  private String mac(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }
}
