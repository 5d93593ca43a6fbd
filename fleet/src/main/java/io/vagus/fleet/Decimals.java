package io.vagus.fleet;

/** Numbers with a fixed number of digits after the point, as a device prints them. */
final class Decimals {
  private static final long[] POWERS = {1, 10, 100, 1000, 10_000, 100_000, 1_000_000};

  private Decimals() {}

  /**
   * @param digits 0 to 6
   */
  static void append(StringBuilder out, double value, int digits) {
    long power = POWERS[digits];
    long scaled = Math.round(value * power);
    if (scaled < 0) {
      out.append('-');
    }
    out.append(Math.abs(scaled / power));
    if (digits > 0) {
      String rest = Long.toString(Math.abs(scaled % power));
      out.append('.').repeat('0', digits - rest.length()).append(rest);
    }
  }
}
