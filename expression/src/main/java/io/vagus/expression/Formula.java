package io.vagus.expression;

import dev.cel.runtime.CelEvaluationException;
import java.util.List;
import java.util.Set;

/** A text in CEL that gives any value: a number, a text, a list. Bounded as a condition is. */
public final class Formula {
  private final Checked checked;

  private Formula(Checked checked) {
    this.checked = checked;
  }

  /** Of that text; an INVALID_REQUEST names text, position and what is expected. */
  public static Formula compile(String text, Scope scope, Functions functions) {
    return new Formula(Checked.of(text, scope, functions));
  }

  /** The values that it looks at, each from its variable inwards. */
  public Set<List<String>> paths() {
    return checked.paths();
  }

  public Answer evaluate(Lookup values) {
    Variables variables = new Variables(checked.scope(), values);
    try {
      return new Answer.Given(Plainly.json(checked.program().eval(variables)));
    } catch (CelEvaluationException e) {
      return new Answer.Unknown(why(variables, String.valueOf(e.getMessage())));
    }
  }

  private String why(Variables variables, String failure) {
    Seen seen = Seen.of(checked.paths(), variables, path -> String.join(".", path) + " is missing");
    return seen.missing().isEmpty() ? failure : String.join(", ", seen.missing());
  }
}
