package io.vagus.registry;

import java.time.Duration;

/** How long and how much {@link IdempotentAnswers} keep; the oldest go first. */
public final class AnswerRules {
  private static final long LIFETIME_MICROS = Duration.ofHours(24).toNanos() / 1000;
  private static final long MAX_ANSWERS = 100_000;
  private static final long MAX_BODY_CHARS = 64L << 20;

  private AnswerRules() {}

  /** An answer stored at this time or before has expired. */
  public static long expiryMicros(long nowMicros) {
    return nowMicros - LIFETIME_MICROS;
  }

  public static boolean isTooMuch(long answers, long bodyChars) {
    return answers > MAX_ANSWERS || bodyChars > MAX_BODY_CHARS;
  }

  /** CONFLICT when the key came with another request before. */
  public static void requireSame(String key, String storedDigest, String requestDigest) {
    if (!storedDigest.equals(requestDigest)) {
      throw Rules.conflict("idempotencyKey: \"" + key + "\" was used for another request");
    }
  }
}
