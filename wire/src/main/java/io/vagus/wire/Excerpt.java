package io.vagus.wire;

/** A device's own words in a message to people: short, and printable whatever they are. */
final class Excerpt {
  private static final int MAX_LENGTH = 100;

  private Excerpt() {}

  static String of(String s) {
    int length = Math.min(s.length(), MAX_LENGTH);
    StringBuilder out = new StringBuilder(length + 1);
    for (int i = 0; i < length; i++) {
      char c = s.charAt(i);
      out.append(c < ' ' || c == 0x7F || Character.isSurrogate(c) ? '?' : c);
    }
    return s.length() > MAX_LENGTH ? out.append('…').toString() : out.toString();
  }
}
