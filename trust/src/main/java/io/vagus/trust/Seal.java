package io.vagus.trust;

import io.vagus.model.DeviceId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
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
    return words(List.of(text(enrollee).split(",", -1)));
  }

  /** Empty when anybody else wrote it. */
  Optional<Enrollee> open(String sealed) {
    return opened(sealed).map(words -> enrollee(words.toArray(String[]::new)));
  }

  /** The same of any words without commas. */
  String words(List<String> words) {
    String text = String.join(",", words);
    return text + "," + mac(text);
  }

  /** Empty when anybody else wrote it. */
  Optional<List<String>> opened(String sealed) {
    int end = sealed.lastIndexOf(',');
    String text = sealed.substring(0, Math.max(0, end));
    byte[] given = sealed.substring(end + 1).getBytes(StandardCharsets.UTF_8);
    return MessageDigest.isEqual(given, mac(text).getBytes(StandardCharsets.UTF_8))
        ? Optional.of(List.of(text.split(",", -1)))
        : Optional.empty();
  }

  /** Of fields without commas. */
  private static String text(Enrollee enrollee) {
    return switch (enrollee) {
      case Enrollee.Known(DeviceId device, String serial, boolean late) ->
          "known," + device + "," + serial + "," + late;
      case Enrollee.ByToken(String token) -> "token," + token;
      case Enrollee.ByClaim(String batch, String serial) -> "claim," + batch + "," + serial;
      case Enrollee.ByHardware(String root, String serialNumber, String fingerprint) ->
          "hardware," + root + "," + base64(serialNumber) + "," + fingerprint;
    };
  }

  private static Enrollee enrollee(String[] parts) {
    return switch (parts[0]) {
      case "known" ->
          new Enrollee.Known(new DeviceId(parts[1]), parts[2], Boolean.parseBoolean(parts[3]));
      case "token" -> new Enrollee.ByToken(parts[1]);
      case "claim" -> new Enrollee.ByClaim(parts[1], parts[2]);
      case "hardware" ->
          new Enrollee.ByHardware(
              parts[1],
              new String(Base64.getUrlDecoder().decode(parts[2]), StandardCharsets.UTF_8),
              parts[3]);
      default -> throw new IllegalStateException("sealed here: " + parts[0]);
    };
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
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
