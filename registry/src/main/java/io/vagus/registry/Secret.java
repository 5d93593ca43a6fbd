package io.vagus.registry;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * What a device shows to connect. How dear its check must be depends on who thought of it, which
 * its form alone tells: docs/decisions/0003.
 */
public sealed interface Secret {
  String text();

  /** Whether a secret that is shown has the form of a generated one. */
  static boolean looksGenerated(byte[] shown) {
    byte[] prefix = Generated.PREFIX.getBytes(StandardCharsets.US_ASCII);
    if (shown.length < prefix.length) {
      return false;
    }
    for (int i = 0; i < prefix.length; i++) {
      if (shown[i] != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  /** Thought of by somebody: it may be guessed, and is stored as a slow hash. */
  record Chosen(String text) implements Secret {
    public Chosen {
      Rules.requireSecret(text);
    }

    @Override
    public String toString() {
      return "Chosen[" + text.length() + " characters]";
    }
  }

  /** 256 random bits, made here and nowhere else: no hash can be too fast for them. */
  final class Generated implements Secret {
    static final String PREFIX = "vds_";
    private static final int BYTES = 32;

    private final String text;

    private Generated(String text) {
      this.text = text;
    }

    public static Generated make() {
      byte[] random = new byte[BYTES];
      new SecureRandom().nextBytes(random);
      return new Generated(PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(random));
    }

    @Override
    public String text() {
      return text;
    }
  }
}
