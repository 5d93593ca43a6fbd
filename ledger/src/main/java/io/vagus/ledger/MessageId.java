package io.vagus.ledger;

import java.util.HexFormat;
import java.util.Optional;

/**
 * A message's id as the server gives it, {@code m-} and its journal offset in hexadecimal: unique,
 * and it says where the message lies.
 */
public record MessageId(long offset) {
  private static final String PREFIX = "m-";

  public MessageId {
    if (offset < 0) {
      throw new IllegalArgumentException("offset: " + offset + " (expected: >= 0)");
    }
  }

  /** The inverse of {@link #toString}; empty for anything else, such as a device's own id. */
  public static Optional<MessageId> parse(String text) {
    int digits = text.length() - PREFIX.length();
    if (!text.startsWith(PREFIX) || digits < 1 || digits > 16) {
      return Optional.empty();
    }
    for (int i = PREFIX.length(); i < text.length(); i++) {
      char c = text.charAt(i);
      if (!HexFormat.isHexDigit(c) || Character.isUpperCase(c)) {
        return Optional.empty();
      }
    }
    long offset = HexFormat.fromHexDigitsToLong(text, PREFIX.length(), text.length());
    boolean canonical = digits == 1 || text.charAt(PREFIX.length()) != '0';
    return canonical && offset >= 0 ? Optional.of(new MessageId(offset)) : Optional.empty();
  }

  @Override
  public String toString() {
    return PREFIX + Long.toHexString(offset);
  }
}
