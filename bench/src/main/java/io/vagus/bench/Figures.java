package io.vagus.bench;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Prints what was measured, a JSON line each, and what is going on, to the error stream. */
record Figures(String bench) {

  void print(String figure, double value, String unit) {
    System.out.printf(
        Locale.ROOT,
        "{\"bench\":\"%s\",\"figure\":\"%s\",\"value\":%s,\"unit\":\"%s\"}%n",
        bench,
        figure,
        rounded(value),
        unit);
  }

  void print(String figure, boolean value) {
    System.out.printf("{\"bench\":\"%s\",\"figure\":\"%s\",\"value\":%s}%n", bench, figure, value);
  }

  void progress(String format, Object... values) {
    System.err.printf(Locale.ROOT, "bench " + bench + ": " + format + "%n", values);
  }

  /** Four digits that count, or all of a whole number. */
  private static String rounded(double value) {
    if (!Double.isFinite(value)) {
      return "null";
    }
    if (value == Math.rint(value) || Math.abs(value) >= 1000) {
      return Long.toString(Math.round(value));
    }
    return new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros().toPlainString();
  }
}
