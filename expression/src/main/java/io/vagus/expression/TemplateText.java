package io.vagus.expression;

import java.util.ArrayList;
import java.util.List;

/** Parts a text into words and what stands in <code>${…}</code>. Pure. */
final class TemplateText {
  private static final String OPEN = "${";

  private TemplateText() {}

  /** A part of a text. */
  sealed interface Piece {}

  record Words(String text) implements Piece {}

  record Code(String text) implements Piece {}

  /** At least one. */
  static List<Piece> pieces(String text, String place) {
    List<Piece> pieces = new ArrayList<>();
    StringBuilder words = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      if (text.startsWith("$" + OPEN, at)) {
        words.append(OPEN);
        at += 1 + OPEN.length();
      } else if (text.startsWith(OPEN, at)) {
        int end = end(text, at + OPEN.length());
        if (end < 0) {
          throw Complaint.at(place, "${ at " + (at + 1) + " has no end (expected: })");
        }
        if (!words.isEmpty()) {
          pieces.add(new Words(words.toString()));
          words.setLength(0);
        }
        pieces.add(new Code(text.substring(at + OPEN.length(), end)));
        at = end + 1;
      } else {
        words.append(text.charAt(at++));
      }
    }
    if (!words.isEmpty() || pieces.isEmpty()) {
      pieces.add(new Words(words.toString()));
    }
    return pieces;
  }

  /** Where the brace is that ends the code: not one of a map's, nor one within a text. */
  private static int end(String text, int from) {
    int open = 0;
    char quote = 0;
    for (int at = from; at < text.length(); at++) {
      char c = text.charAt(at);
      if (quote != 0) {
        if (c == '\\') {
          at++;
        } else if (c == quote) {
          quote = 0;
        }
      } else if (c == '\'' || c == '"') {
        quote = c;
      } else if (c == '{') {
        open++;
      } else if (c == '}' && open-- == 0) {
        return at;
      }
    }
    return -1;
  }
}
