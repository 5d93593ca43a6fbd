package io.vagus.journal;

/** What callers may ask for. */
final class Offsets {
  private Offsets() {}

  static void check(String name, long offset, long endOffset) {
    if (offset < 0 || offset > endOffset) {
      throw new IllegalArgumentException(
          name + ": " + offset + " (expected: 0 to endOffset " + endOffset + ")");
    }
  }
}
