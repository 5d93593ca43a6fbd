package io.vagus.registry;

import com.eatthepath.otp.TimeBasedOneTimePasswordGenerator;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.util.encoders.Base32;

/** Codes by time (RFC 6238): six digits, HMAC-SHA-1, steps of 30 s, as every authenticator has. */
final class Totp {
  private static final int SECRET_BYTES = 20;
  private static final int STEP_SECONDS = 30;

  /** A step before or after counts too: clocks differ (RFC 6238 §5.2). */
  private static final int DRIFT_STEPS = 1;

  private Totp() {}

  static String newSecret() {
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    return Base32.toBase32String(secret);
  }

  /** The step that the code is of; negative when it is wrong or was taken before. */
  static long step(StoredUser user, String code, Instant now) {
    Optional<String> secret = user.totpSecret();
    if (secret.isEmpty() || !code.matches("\\d{6}")) {
      return -1;
    }
    long current = now.getEpochSecond() / STEP_SECONDS;
    long found = -1;
    for (long step = current - DRIFT_STEPS; step <= current + DRIFT_STEPS; step++) {
      boolean same =
          MessageDigest.isEqual(
              code.getBytes(StandardCharsets.US_ASCII),
              codeAt(secret.get(), step).getBytes(StandardCharsets.US_ASCII));
      found = same && step > user.totpStep() ? step : found;
    }
    return found;
  }

  /** Takes the step, unless somebody took it meanwhile. */
  static StoredUser taken(StoredUser user, long step) {
    if (step <= user.totpStep()) {
      throw new VagusException(
          ErrorCode.UNAUTHENTICATED, "code: taken before (expected: the next one)");
    }
    return user.withTotp(user.totpSecret(), step);
  }

  static String codeAt(String secret, long step) {
    try {
      return new TimeBasedOneTimePasswordGenerator()
          .generateOneTimePasswordString(
              new SecretKeySpec(Base32.decode(secret), "HmacSHA1"),
              Instant.ofEpochSecond(step * STEP_SECONDS));
    } catch (InvalidKeyException e) {
      throw new IllegalStateException("HmacSHA1 takes any key", e);
    }
  }
}
