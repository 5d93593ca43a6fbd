package io.vagus.api;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Percent-encoding (RFC 3986 §2.1) of UTF-8. */
final class Percent {
  private Percent() {}

  /**
   * Refuses broken escapes and what is no UTF-8.
   *
   * @param field what to blame
   */
  static String decode(String field, String text, boolean plusIsSpace) {
    if (text.indexOf('%') < 0 && !(plusIsSpace && text.indexOf('+') >= 0)) {
      return text;
    }
    byte[] source = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer target = ByteBuffer.allocate(source.length);
    for (int i = 0; i < source.length; i++) {
      if (source[i] == '%') {
        target.put((byte) (hex(source, i + 1, field, text) << 4 | hex(source, i + 2, field, text)));
        i += 2;
      } else {
        target.put(source[i] == '+' && plusIsSpace ? (byte) ' ' : source[i]);
      }
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(target.flip()).toString();
    } catch (CharacterCodingException e) {
      throw Problem.invalid(field, Problem.shown(text) + " (expected: UTF-8)");
    }
  }

  private static int hex(byte[] source, int at, String field, String text) {
    int digit = at < source.length ? Character.digit(source[at], 16) : -1;
    if (digit < 0) {
      throw Problem.invalid(field, Problem.shown(text) + " (expected: % and two hex digits)");
    }
    return digit;
  }
}
