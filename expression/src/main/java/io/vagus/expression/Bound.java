package io.vagus.expression;

/**
 * What a metric's newest value must be for a condition to hold.
 *
 * @param inclusive whether the limit itself will do
 */
public record Bound(String metric, Side side, double limit, boolean inclusive) {

  /** On which side of the limit. */
  public enum Side {
    /** The value is above it. */
    ABOVE,
    /** The value is below it. */
    BELOW
  }

  /** Whether it may hold with that value; false: it surely does not. */
  public boolean admits(double value) {
    return switch (side) {
      case ABOVE -> inclusive ? value >= limit : value > limit;
      case BELOW -> inclusive ? value <= limit : value < limit;
    };
  }
}
