package io.vagus.ledger;

import java.util.Optional;

/**
 * The server's id of a message: where the journal holds it. Written {@code m-} and the offset in
 * lower-case hexadecimal.
 */
public record MessageId(long offset) {
  private static final String PREFIX = "m-";

  public MessageId {
    if (offset < 0) {
      throw new IllegalArgumentException("offset: " + offset + " (expected: >= 0)");
    }
  }

  /** The inverse of {@link #toString}; empty for anything else. */
  public static Optional<MessageId> parse(String text) {
    int digits = text.length() - PREFIX.length();
    if (!text.startsWith(PREFIX) || digits < 1 || digits > 16) {
      return Optional.empty();
    }
    for (int i = PREFIX.length(); i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return Optional.empty();
      }
    }
    long offset = Long.parseUnsignedLong(text, PREFIX.length(), text.length(), 16);
    return offset < 0 ? Optional.empty() : Optional.of(new MessageId(offset));
  }

  @Override
  public String toString() {
    return PREFIX + Long.toHexString(offset);
  }
}
