package io.vagus.rule.engine;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why a rule cannot be compiled for a product.
 *
 * @param path of the field: {@code when}, {@code effects[0].arguments}
 * @param offset of the character in that field's text, from 0; empty: the field as a whole
 */
public record RuleError(String product, String path, String message, OptionalInt offset) {
  private static final Pattern PLACE = Pattern.compile("\\bat (\\d+):(\\d+) ");

  static RuleError of(String product, String path, String text, String message) {
    return new RuleError(product, path, message, offset(text, message));
  }

  /** Of the line and column that the message begins with. */
  private static OptionalInt offset(String text, String message) {
    Matcher place = PLACE.matcher(message);
    if (!place.find()) {
      return OptionalInt.empty();
    }
    int at = 0;
    for (int line = Integer.parseInt(place.group(1)); line > 1; line--) {
      at = text.indexOf('\n', at) + 1;
    }
    int offset = at + Integer.parseInt(place.group(2)) - 1;
    return offset <= text.length() ? OptionalInt.of(offset) : OptionalInt.empty();
  }
}
