package io.vagus.wire;

/** Texts as JSON lets them be written, with escapes for half a character. */
final class Unicode {
  private Unicode() {}

  /** Whether each surrogate has its other half, so that UTF-8 can carry the text (RFC 3629 §3). */
  static boolean isWellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean paired =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!paired) {
          return false;
        }
        i++;
      }
    }
    return true;
  }
}
