package io.vagus.ingest.mqtt;

import io.netty.buffer.ByteBuf;

/**
 * What MQTT calls well-formed UTF-8 (MQTT 5.0 §1.5.4): RFC 3629, hence no surrogates and no
 * overlong forms, and no U+0000.
 */
final class Utf8 {
  private Utf8() {}

  static boolean isValid(ByteBuf buffer, int from, int length) {
    int end = from + length;
    int i = from;
    while (i < end) {
      int b = buffer.getByte(i);
      if (b > 0) {
        i++;
      } else {
        int size = sequence(buffer, i, end);
        if (size == 0) {
          return false;
        }
        i += size;
      }
    }
    return true;
  }

  /** Whether well-formed text holds U+0001 to U+001F or U+007F to U+009F. */
  static boolean hasControl(ByteBuf buffer, int from, int length) {
    for (int i = from; i < from + length; i++) {
      byte b = buffer.getByte(i);
      if ((b >= 0 && b < ' ') || b == 0x7F) {
        return true;
      }
      if (b == (byte) 0xC2 && buffer.getByte(i + 1) < (byte) 0xA0) {
        return true;
      }
    }
    return false;
  }

  /** Size of the sequence of two to four bytes at the position; 0 when it is ill-formed. */
  private static int sequence(ByteBuf buffer, int at, int end) {
    int first = buffer.getUnsignedByte(at);
    int size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || at + size > end) {
      return 0;
    }
    int second = buffer.getUnsignedByte(at + 1);
    int low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    int high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    if (second < low || second > high) {
      return 0;
    }
    for (int i = at + 2; i < at + size; i++) {
      if ((buffer.getByte(i) & 0xC0) != 0x80) {
        return 0;
      }
    }
    return size;
  }
}
