package io.vagus.kit;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes, written {@code 512}, {@code 64KiB}, {@code 16MiB}, {@code 2GiB}. */
public record DataSize(long bytes) {
  private static final Pattern FORMAT =
      Pattern.compile("(\\d{1,18})\\s*(|B|K|KB|KiB|M|MB|MiB|G|GB|GiB|T|TB|TiB)");

  public DataSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("dataSize: " + bytes + " (expected: >= 0)");
    }
  }

  public static DataSize ofMebibytes(long mebibytes) {
    return new DataSize(mebibytes << 20);
  }

  /** Powers of 1024, whichever way the unit is spelt. */
  public static DataSize parse(String text) {
    Matcher m = FORMAT.matcher(text.strip());
    if (!m.matches()) {
      throw new IllegalArgumentException(
          "dataSize: \"" + text + "\" (expected: a number with B, KiB, MiB, GiB or TiB)");
    }
    String unit = m.group(2).toUpperCase(Locale.ROOT);
    int shift = unit.isEmpty() ? 0 : Math.max(0, 10 * (1 + "KMGT".indexOf(unit.charAt(0))));
    return new DataSize(Math.multiplyExact(Long.parseLong(m.group(1)), 1L << shift));
  }

  @Override
  public String toString() {
    for (int i = 4; i > 0; i--) {
      long unit = 1L << (10 * i);
      if (bytes >= unit && bytes % unit == 0) {
        return bytes / unit + "KMGT".substring(i - 1, i) + "iB";
      }
    }
    return bytes + "B";
  }
}
