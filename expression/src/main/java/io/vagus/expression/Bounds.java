package io.vagus.expression;

import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import io.vagus.expression.Bound.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a condition says of readings in comparisons with constants that all must be true: the parts
 * of its outermost {@code &&}. Where one is false, so is the whole, whatever else is missing or
 * fails (CEL, Logical Operators). Pure.
 */
final class Bounds {
  /** Up to here a double tells one whole number from the next. */
  private static final double EXACT = 0x1p53;

  private Bounds() {}

  static List<Bound> of(CelExpr expr) {
    List<Bound> found = new ArrayList<>();
    collect(expr, found);
    return List.copyOf(found);
  }

  private static void collect(CelExpr expr, List<Bound> found) {
    if (expr.getKind() != CelExpr.ExprKind.Kind.CALL || expr.call().args().size() != 2) {
      return;
    }
    CelExpr left = expr.call().args().get(0);
    CelExpr right = expr.call().args().get(1);
    String operation = expr.call().function();
    if (operation.equals("_&&_")) {
      collect(left, found);
      collect(right, found);
      return;
    }
    metric(left).ifPresent(metric -> add(metric, operation, constant(right), found));
    metric(right).ifPresent(metric -> add(metric, turned(operation), constant(left), found));
  }

  private static void add(
      String metric, String operation, OptionalDouble constant, List<Bound> found) {
    if (constant.isEmpty() || !(Math.abs(constant.getAsDouble()) < EXACT)) {
      return;
    }
    double limit = constant.getAsDouble();
    switch (operation) {
      case "_>_" -> found.add(new Bound(metric, Side.ABOVE, limit, false));
      case "_>=_" -> found.add(new Bound(metric, Side.ABOVE, limit, true));
      case "_<_" -> found.add(new Bound(metric, Side.BELOW, limit, false));
      case "_<=_" -> found.add(new Bound(metric, Side.BELOW, limit, true));
      case "_==_" -> {
        found.add(new Bound(metric, Side.ABOVE, limit, true));
        found.add(new Bound(metric, Side.BELOW, limit, true));
      }
      default -> {} // says nothing of an order
    }
  }

  private static String turned(String operation) {
    return switch (operation) {
      case "_>_" -> "_<_";
      case "_>=_" -> "_<=_";
      case "_<_" -> "_>_";
      case "_<=_" -> "_>=_";
      default -> operation;
    };
  }

  private static Optional<String> metric(CelExpr expr) {
    return Paths.of(expr)
        .filter(path ->
            path.size() == 3
                && path.getFirst().equals(Scope.READINGS)
                && path.getLast().equals("value"))
        .map(path -> path.get(1));
  }

  private static OptionalDouble constant(CelExpr expr) {
    if (expr.getKind() == CelExpr.ExprKind.Kind.CALL && expr.call().function().equals("-_")) {
      OptionalDouble of = constant(expr.call().args().getFirst());
      return of.isPresent() ? OptionalDouble.of(-of.getAsDouble()) : of;
    }
    if (expr.getKind() != CelExpr.ExprKind.Kind.CONSTANT) {
      return OptionalDouble.empty();
    }
    CelConstant constant = expr.constant();
    return switch (constant.getKind()) {
      case DOUBLE_VALUE -> OptionalDouble.of(constant.doubleValue());
      case INT64_VALUE -> OptionalDouble.of(constant.int64Value());
      default -> OptionalDouble.empty();
    };
  }
}
