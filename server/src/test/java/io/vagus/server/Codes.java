package io.vagus.server;

import com.eatthepath.otp.TimeBasedOneTimePasswordGenerator;
import io.vagus.kit.WallClock;
import java.security.InvalidKeyException;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.util.encoders.Base32;

/** An authenticator. */
final class Codes {
  private Codes() {}

  static String now(String key) {
    try {
      return new TimeBasedOneTimePasswordGenerator()
          .generateOneTimePasswordString(
              new SecretKeySpec(Base32.decode(key), "HmacSHA1"), WallClock.system().now());
    } catch (InvalidKeyException e) {
      throw new IllegalStateException(e);
    }
  }
}
