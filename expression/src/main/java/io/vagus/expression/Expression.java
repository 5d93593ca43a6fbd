package io.vagus.expression;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A condition in CEL (cel.dev), checked against the names it may use and compiled once. It reads
 * nothing but the situation it is handed, no clock either, so that equal situations give equal
 * verdicts; what it may cost is bounded: its length, loops within loops, how often they turn.
 * Immutable.
 */
public final class Expression {
  public static final int MAX_LENGTH = 2000;
  private static final int MAX_NODES = 500;
  private static final int MAX_LOOPS_WITHIN_ANOTHER = 1;
  private static final int MAX_TURNS = 1000;
  private static final int MAX_NESTING = 32;

  private static final CelOptions OPTIONS =
      CelOptions.current()
          .maxExpressionCodePointSize(MAX_LENGTH)
          .maxParseRecursionDepth(MAX_NESTING)
          .comprehensionMaxIterations(MAX_TURNS)
          .maxRegexProgramSize(MAX_LENGTH)
          .enableHeterogeneousNumericComparisons(true)
          .enableQuotedIdentifierSyntax(true)
          .enableHiddenAccumulatorVar(true)
          .evaluateCanonicalTypesToNativeValues(true)
          .build();
  private static final CelRuntime RUNTIME =
      CelRuntimeFactory.standardCelRuntimeBuilder().setOptions(OPTIONS).build();

  private final String text;
  private final Scope scope;
  private final Set<List<String>> paths;
  private final CelRuntime.Program program;

  private Expression(
      String text, Scope scope, Set<List<String>> paths, CelRuntime.Program program) {
    this.text = text;
    this.scope = scope;
    this.paths = paths;
    this.program = program;
  }

  /** Of that text; an INVALID_REQUEST names text, position and what is expected. */
  public static Expression compile(String text, Scope scope) {
    if (text.isBlank() || text.length() > MAX_LENGTH) {
      throw Complaint.of(
          text, text.length() + " characters (expected: 1 to " + MAX_LENGTH + ", not only blanks)");
    }
    CelAbstractSyntaxTree ast = checked(text, scope);
    if (!ast.getResultType().equals(SimpleType.BOOL)
        && !ast.getResultType().equals(SimpleType.DYN)) {
      throw Complaint.of(text, "is " + word(ast.getResultType()) + " (expected: true or false)");
    }
    Paths paths = new Paths();
    paths.visit(ast.getExpr());
    requireCheap(text, paths);
    try {
      return new Expression(text, scope, Set.copyOf(paths.found()), RUNTIME.createProgram(ast));
    } catch (CelEvaluationException e) {
      throw Complaint.of(text, String.valueOf(e.getMessage()));
    }
  }

  private static String word(CelType type) {
    return switch (type.kind()) {
      case DOUBLE, INT, UINT -> "a number";
      case STRING -> "a text";
      default -> "of type " + type.name();
    };
  }

  private static CelAbstractSyntaxTree checked(String text, Scope scope) {
    CelTypes types = new CelTypes();
    CelCompilerBuilder builder =
        CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(OPTIONS)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS);
    scope.variables().forEach((name, type) -> builder.addVar(name, types.of(name, type)));
    CelCompiler compiler = builder.setTypeProvider(types.provider()).build();
    CelAbstractSyntaxTree parsed = null;
    try {
      parsed = compiler.parse(text).getAst();
      CelValidationResult result = compiler.check(parsed);
      return result.getAst();
    } catch (CelValidationException e) {
      throw Complaint.of(text, e.getErrors().getFirst(), parsed, scope);
    }
  }

  private static void requireCheap(String text, Paths paths) {
    if (paths.deepest() > MAX_LOOPS_WITHIN_ANOTHER) {
      throw Complaint.of(
          text,
          "too costly: %d loops within one another (expected: <= %d)"
              .formatted(paths.deepest(), MAX_LOOPS_WITHIN_ANOTHER));
    }
    if (paths.nodes() > MAX_NODES) {
      throw Complaint.of(
          text,
          "too costly: %d operations and names (expected: <= %d)"
              .formatted(paths.nodes(), MAX_NODES));
    }
  }

  public String text() {
    return text;
  }

  /** The metrics that it looks at. */
  public Set<String> metrics() {
    Set<String> metrics = new LinkedHashSet<>();
    for (List<String> path : paths) {
      if (path.size() > 1 && path.getFirst().equals(Scope.READINGS)) {
        metrics.add(path.get(1));
      }
    }
    return metrics;
  }

  /**
   * Whether it is so.
   *
   * @param maxAge a reading that is older is as good as missing; empty: any age will do
   */
  public Verdict judge(Situation situation, Optional<Duration> maxAge) {
    Map<String, Object> values = Values.of(situation, scope, maxAge);
    Seen seen = Seen.of(paths, values, situation, maxAge);
    try {
      return switch (program.eval(values)) {
        case Boolean b when b -> new Verdict(Verdict.Outcome.HOLDS, "", seen.values());
        case Boolean b -> new Verdict(Verdict.Outcome.FAILS, "", seen.values());
        default -> unknown("it is neither true nor false", seen);
      };
    } catch (CelEvaluationException e) {
      return unknown(String.valueOf(e.getMessage()), seen);
    }
  }

  private static Verdict unknown(String why, Seen seen) {
    String reason = seen.missing().isEmpty() ? why : String.join(", ", seen.missing());
    return new Verdict(Verdict.Outcome.UNKNOWN, reason, seen.values());
  }
}
