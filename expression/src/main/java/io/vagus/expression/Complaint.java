package io.vagus.expression;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.navigation.CelNavigableAst;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is wrong with a condition: text, position, and what is expected there. Pure. */
final class Complaint {
  private static final int SHOWN = 120;
  private static final int SHOWN_NAMES = 20;

  private Complaint() {}

  static VagusException of(String text, String why) {
    return new VagusException(ErrorCode.INVALID_REQUEST, "expression: " + why + in(text));
  }

  /**
   * @param place within a document, as a JSON pointer; empty: the document itself
   */
  static VagusException at(String place, String why) {
    return new VagusException(ErrorCode.INVALID_REQUEST, in(place, "template: " + why));
  }

  /** What that complains of, with its place. */
  static <T> T within(String place, Supplier<T> compiling) {
    try {
      return compiling.get();
    } catch (VagusException e) {
      throw new VagusException(e.code(), in(place, String.valueOf(e.getMessage())));
    }
  }

  private static String in(String place, String why) {
    return place.isEmpty() ? why : place + ": " + why;
  }

  /**
   * @param parsed null when it could not be parsed
   */
  static VagusException of(
      String text, CelIssue issue, @Nullable CelAbstractSyntaxTree parsed, Scope scope) {
    String place =
        "at %d:%d "
            .formatted(
                issue.getSourceLocation().getLine(), issue.getSourceLocation().getColumn() + 1);
    String why = issue.getMessage().replace(" (in container '')", "");
    String expected = parsed == null ? "" : expected(issue.getExprId(), parsed, scope);
    return new VagusException(
        ErrorCode.INVALID_REQUEST, "expression: " + place + brief(why) + expected + in(text));
  }

  private static String brief(String why) {
    int candidates = why.indexOf(" (candidates:");
    String shorter = candidates < 0 ? why : why.substring(0, candidates);
    return shorter.length() > 300 ? shorter.substring(0, 300) + "…" : shorter;
  }

  private static String in(String text) {
    return " in \"" + (text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text) + "\"";
  }

  /** The names that may stand where an unknown one stands. */
  private static String expected(long id, CelAbstractSyntaxTree parsed, Scope scope) {
    return CelNavigableAst.fromAst(parsed)
        .getRoot()
        .allNodes()
        .filter(node -> node.id() == id)
        .findFirst()
        .flatMap(node -> names(node.expr(), scope))
        .map(names -> " (expected: one of " + listed(names) + ")")
        .orElse("");
  }

  private static Optional<Set<String>> names(CelExpr expr, Scope scope) {
    return Paths.of(expr)
        .flatMap(path -> {
          Type at = new Type.Fields("name", scope.variables());
          for (String name : path) {
            Type next = at instanceof Type.Fields fields ? fields.of().get(name) : at;
            if (next == null) {
              return Optional.of(((Type.Fields) at).of().keySet());
            }
            at = next;
          }
          return Optional.empty();
        });
  }

  private static String listed(Set<String> names) {
    List<String> some = names.stream().limit(SHOWN_NAMES).toList();
    return String.join(", ", some) + (names.size() > SHOWN_NAMES ? ", …" : "");
  }
}
