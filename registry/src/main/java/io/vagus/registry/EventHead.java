package io.vagus.registry;

/**
 * The last event of a log: whoever keeps it elsewhere can tell later whether the log still has it.
 *
 * @param sequence 0 in an empty log
 */
public record EventHead(long sequence, String hash) {
  public static final EventHead NONE = new EventHead(0, "0".repeat(64));

  /** {@code SEQUENCE:HASH}; anything else is an INVALID_REQUEST. */
  public static EventHead parse(String text) {
    if (!text.matches("\\d{1,18}:[0-9a-f]{64}")) {
      throw Rules.invalid(
          "head: \"" + text + "\" (expected: a number, a colon, 64 hexadecimal digits)");
    }
    int colon = text.indexOf(':');
    return new EventHead(Long.parseLong(text.substring(0, colon)), text.substring(colon + 1));
  }

  public String text() {
    return sequence + ":" + hash;
  }
}
