package io.vagus.wire;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.OptionalLong;

/** Internet date-time (RFC 3339 §5.6) to and from microseconds since the epoch. */
final class Rfc3339 {
  private static final int MIN_LENGTH = "2026-11-22T10:00:00Z".length();
  private static final int MAX_LENGTH = 40;

  private Rfc3339() {}

  /** Digits below a microsecond are cut off; a leap second counts as the second after it. */
  static OptionalLong parseMicros(String s) {
    int length = s.length();
    if (length < MIN_LENGTH || length > MAX_LENGTH || !hasShape(s)) {
      return OptionalLong.empty();
    }
    int hour = number(s, 11, 13);
    int minute = number(s, 14, 16);
    int second = number(s, 17, 19);
    int date = number(s, 0, 4) | number(s, 5, 7) | number(s, 8, 10);
    if ((date | hour | minute | second) < 0 || hour > 23 || minute > 59 || second > 60) {
      return OptionalLong.empty();
    }
    int zoneAt = fractionEnd(s);
    if (zoneAt == 20 || zoneAt >= length) {
      return OptionalLong.empty();
    }
    int zoneMinutes = zoneMinutes(s, zoneAt);
    if (zoneMinutes == Integer.MIN_VALUE) {
      return OptionalLong.empty();
    }
    try {
      long day = LocalDate.of(number(s, 0, 4), number(s, 5, 7), number(s, 8, 10)).toEpochDay();
      long seconds = day * 86_400 + hour * 3600L + (minute - zoneMinutes) * 60L + second;
      return OptionalLong.of(seconds * 1_000_000 + fractionMicros(s, zoneAt));
    } catch (DateTimeException e) {
      return OptionalLong.empty();
    }
  }

  private static boolean hasShape(String s) {
    char t = s.charAt(10);
    return s.charAt(4) == '-'
        && s.charAt(7) == '-'
        && (t == 'T' || t == 't' || t == ' ')
        && s.charAt(13) == ':'
        && s.charAt(16) == ':';
  }

  /** Where the zone starts; 20 for a point without digits. */
  private static int fractionEnd(String s) {
    if (s.charAt(19) != '.') {
      return 19;
    }
    int i = 20;
    while (i < s.length() && isDigit(s.charAt(i))) {
      i++;
    }
    return i;
  }

  private static long fractionMicros(String s, int end) {
    long micros = 0;
    for (int i = 20, scale = 100_000; i < end && scale > 0; i++, scale /= 10) {
      micros += (long) (s.charAt(i) - '0') * scale;
    }
    return micros;
  }

  private static int zoneMinutes(String s, int at) {
    char c = s.charAt(at);
    if (c == 'Z' || c == 'z') {
      return s.length() == at + 1 ? 0 : Integer.MIN_VALUE;
    }
    if ((c != '+' && c != '-') || s.length() != at + 6 || s.charAt(at + 3) != ':') {
      return Integer.MIN_VALUE;
    }
    int hours = number(s, at + 1, at + 3);
    int minutes = number(s, at + 4, at + 6);
    if ((hours | minutes) < 0 || hours > 23 || minutes > 59) {
      return Integer.MIN_VALUE;
    }
    return (c == '-' ? -1 : 1) * (hours * 60 + minutes);
  }

  /** The decimal number between two positions, or a negative one when it is none. */
  private static int number(String s, int from, int to) {
    int n = 0;
    for (int i = from; i < to; i++) {
      if (!isDigit(s.charAt(i))) {
        return -1;
      }
      n = n * 10 + s.charAt(i) - '0';
    }
    return n;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
