package io.vagus.expression;

import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExprVisitor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a condition looks at, and how much it is. One visit each; not thread-safe. */
final class Paths extends CelExprVisitor {
  private final Set<List<String>> found = new LinkedHashSet<>();
  private final Deque<String> locals = new ArrayDeque<>();
  private int nodes;
  private int depth;
  private int deepest;

  /** Each from its variable to the innermost name: {@code [readings, pressure, value]}. */
  Set<List<String>> found() {
    return found;
  }

  int nodes() {
    return nodes;
  }

  /** How many loops are within one another. */
  int deepest() {
    return deepest;
  }

  @Override
  public void visit(CelExpr expr) {
    nodes++;
    Optional<List<String>> path = of(expr);
    if (path.isPresent()) {
      if (!locals.contains(path.get().getFirst())) {
        found.add(path.get());
      }
      return;
    }
    super.visit(expr);
  }

  @Override
  protected void visit(CelExpr expr, CelExpr.CelComprehension loop) {
    visit(loop.iterRange());
    depth++;
    deepest = Math.max(deepest, depth);
    locals.push(loop.iterVar());
    locals.push(loop.accuVar());
    visit(loop.accuInit());
    visit(loop.loopCondition());
    visit(loop.loopStep());
    visit(loop.result());
    locals.pop();
    locals.pop();
    depth--;
  }

  /** Of names behind one another, or a constant index; empty: it is something else. */
  static Optional<List<String>> of(CelExpr expr) {
    return switch (expr.getKind()) {
      case IDENT -> Optional.of(List.of(expr.ident().name()));
      case SELECT -> of(expr.select().operand()).map(p -> and(p, expr.select().field()));
      case CALL -> {
        CelExpr.CelCall call = expr.call();
        yield call.function().equals("_[_]")
                && call.args().get(1).getKind() == CelExpr.ExprKind.Kind.CONSTANT
                && call.args().get(1).constant().getKind() == CelConstant.Kind.STRING_VALUE
            ? of(call.args().get(0)).map(p -> and(p, call.args().get(1).constant().stringValue()))
            : Optional.empty();
      }
      default -> Optional.empty();
    };
  }

  private static List<String> and(List<String> path, String name) {
    List<String> longer = new ArrayList<>(path);
    longer.add(name);
    return longer;
  }
}
