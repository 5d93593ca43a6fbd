package io.vagus.expression;

import dev.cel.runtime.CelEvaluationException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A condition in CEL (cel.dev), checked against the names it may use and compiled once. It reads
 * nothing but what it is handed, no clock either, so that equal situations give equal verdicts;
 * what it may cost is bounded. Immutable.
 */
public final class Expression {
  public static final int MAX_LENGTH = Checked.MAX_LENGTH;

  private final String text;
  private final Checked checked;
  private final List<Bound> bounds;

  private Expression(String text, Checked checked) {
    this.text = text;
    this.checked = checked;
    this.bounds = Bounds.of(checked.ast().getExpr());
  }

  /** Of that text; an INVALID_REQUEST names text, position and what is expected. */
  public static Expression compile(String text, Scope scope) {
    return compile(text, scope, Functions.NONE);
  }

  /** Of that text, which may call those functions. */
  public static Expression compile(String text, Scope scope, Functions functions) {
    Checked checked = Checked.of(text, scope, functions);
    if (!checked.isBoolean()) {
      throw Complaint.of(text, "is " + checked.result() + " (expected: true or false)");
    }
    return new Expression(text, checked);
  }

  public String text() {
    return text;
  }

  /** The metrics that it looks at. */
  public Set<String> metrics() {
    Set<String> metrics = new LinkedHashSet<>();
    for (List<String> path : checked.paths()) {
      if (path.size() > 1 && path.getFirst().equals(Scope.READINGS)) {
        metrics.add(path.get(1));
      }
    }
    return metrics;
  }

  /** The values that it looks at, each from its variable inwards: readings, pressure, value. */
  public Set<List<String>> paths() {
    return checked.paths();
  }

  /** What must be so of readings' values for it to hold; there may be more to it. */
  public List<Bound> bounds() {
    return bounds;
  }

  /** Whether it is so, and nothing more: for the many times that nobody asks why. */
  public Verdict.Outcome test(Lookup values) {
    try {
      return checked.program().eval(new Variables(checked.scope(), values)) instanceof Boolean is
          ? (is ? Verdict.Outcome.HOLDS : Verdict.Outcome.FAILS)
          : Verdict.Outcome.UNKNOWN;
    } catch (CelEvaluationException e) {
      return Verdict.Outcome.UNKNOWN;
    }
  }

  /** Whether it is so, and what it saw. */
  public Verdict judge(Lookup values) {
    return judge(values, path -> String.join(".", path) + " is missing");
  }

  /**
   * Whether it is so, and what it saw.
   *
   * @param maxAge a reading that is older is as good as missing; empty: any age will do
   */
  public Verdict judge(Situation situation, Optional<Duration> maxAge) {
    SituationLookup values = new SituationLookup(situation, maxAge);
    return judge(values, values::missing);
  }

  private Verdict judge(Lookup values, java.util.function.Function<List<String>, String> missing) {
    Variables variables = new Variables(checked.scope(), values);
    Seen seen = Seen.of(checked.paths(), variables, missing);
    try {
      return switch (checked.program().eval(variables)) {
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
