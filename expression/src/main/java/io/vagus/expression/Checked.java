package io.vagus.expression;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeBuilder;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A text in CEL (cel.dev), checked against the names and functions it may use, within what it may
 * cost: its length, loops within loops, how often they turn. Immutable.
 *
 * @param paths the values that it looks at
 */
record Checked(
    CelAbstractSyntaxTree ast, CelRuntime.Program program, Scope scope, Set<List<String>> paths) {
  static final int MAX_LENGTH = 2000;
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
  private static final CelRuntime PLAIN =
      CelRuntimeFactory.standardCelRuntimeBuilder().setOptions(OPTIONS).build();

  /** Of that text; an INVALID_REQUEST names text, position and what is expected. */
  static Checked of(String text, Scope scope, Functions functions) {
    if (text.isBlank() || text.length() > MAX_LENGTH) {
      throw Complaint.of(
          text, text.length() + " characters (expected: 1 to " + MAX_LENGTH + ", not only blanks)");
    }
    CelAbstractSyntaxTree ast = checked(text, scope, functions);
    Paths paths = new Paths();
    paths.visit(ast.getExpr());
    requireCheap(text, paths);
    try {
      return new Checked(ast, runtime(functions).createProgram(ast), scope, within(scope, paths));
    } catch (CelEvaluationException e) {
      throw Complaint.of(text, String.valueOf(e.getMessage()));
    }
  }

  boolean isBoolean() {
    return ast.getResultType().equals(SimpleType.BOOL)
        || ast.getResultType().equals(SimpleType.DYN);
  }

  /** What it gives, for people. */
  String result() {
    CelType type = ast.getResultType();
    return switch (type.kind()) {
      case DOUBLE, INT, UINT -> "a number";
      case STRING -> "a text";
      default -> "of type " + type.name();
    };
  }

  /** A function's name is no value, though it may read like one. */
  private static Set<List<String>> within(Scope scope, Paths paths) {
    return paths.found().stream()
        .filter(path -> scope.variables().containsKey(path.getFirst()))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static CelRuntime runtime(Functions functions) {
    if (functions.byName().isEmpty()) {
      return PLAIN;
    }
    CelRuntimeBuilder builder = CelRuntimeFactory.standardCelRuntimeBuilder().setOptions(OPTIONS);
    CelFunctions.bind(functions, builder);
    return builder.build();
  }

  private static CelAbstractSyntaxTree checked(String text, Scope scope, Functions functions) {
    CelTypes types = new CelTypes();
    CelCompilerBuilder builder =
        CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(OPTIONS)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS);
    scope.variables().forEach((name, type) -> builder.addVar(name, types.of(name, type)));
    CelFunctions.declare(functions, builder);
    CelCompiler compiler = builder.setTypeProvider(types.provider()).build();
    CelAbstractSyntaxTree parsed = null;
    try {
      parsed = compiler.parse(text).getAst();
      return compiler.check(parsed).getAst();
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
}
