package io.vagus.fleet;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A bound that a load run must keep.
 *
 * @param text as it was given, such as {@code p99<=50ms}
 */
record Threshold(Figure figure, Relation relation, double bound, String text) {
  private static final Pattern FORMAT = Pattern.compile("([a-z0-9-]+)\\s*(<=|>=|=)\\s*(.+)");

  /** How a value must stand to the bound. */
  enum Relation {
    AT_MOST("<="),
    AT_LEAST(">="),
    EQUAL("=");

    final String sign;

    Relation(String sign) {
      this.sign = sign;
    }

    boolean holds(double value, double bound) {
      return switch (this) {
        case AT_MOST -> value <= bound;
        case AT_LEAST -> value >= bound;
        case EQUAL -> value == bound;
      };
    }
  }

  /** Reads one from the command line. */
  static final class Converter implements ITypeConverter<Threshold> {
    @Override
    public Threshold convert(String text) {
      try {
        return parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException("threshold " + text + ": " + e.getMessage());
      }
    }
  }

  static Threshold parse(String text) {
    Matcher m = FORMAT.matcher(text.strip());
    if (!m.matches()) {
      throw new IllegalArgumentException(
          "(expected: FIGURE<=BOUND, FIGURE>=BOUND or FIGURE=BOUND)");
    }
    Figure figure =
        Arrays.stream(Figure.values())
            .filter(f -> f.word.equals(m.group(1)))
            .findFirst()
            .orElseThrow(() ->
                new IllegalArgumentException(m.group(1) + " (expected: one of " + words() + ")"));
    Relation relation =
        Arrays.stream(Relation.values())
            .filter(r -> r.sign.equals(m.group(2)))
            .findFirst()
            .orElseThrow();
    return new Threshold(figure, relation, figure.parse(m.group(3).strip()), text.strip());
  }

  static String words() {
    return Arrays.stream(Figure.values()).map(f -> f.word).collect(Collectors.joining(", "));
  }

  boolean holds(LoadReport report) {
    return relation.holds(figure.of(report), bound);
  }

  /** What is wrong, with value and bound; empty when it holds. */
  Optional<String> complaint(LoadReport report) {
    return holds(report)
        ? Optional.empty()
        : Optional.of(
            figure.word
                + ": "
                + figure.shown(figure.of(report))
                + " (expected: "
                + relation.sign
                + " "
                + figure.shown(bound)
                + ")");
  }

  @Override
  public String toString() {
    return text;
  }
}
