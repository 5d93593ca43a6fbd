package io.vagus.rule;

import java.util.regex.Pattern;

/**
 * What rules are built on and what changes beside them: they are compiled anew when it does.
 *
 * @param version 0: it is no more
 */
public record Basis(Kind kind, String name, int version) {

  /** The name is stored. */
  public enum Kind {
    PRODUCT,
    FUNCTION
  }

  /** Whether the rule is built on it. */
  public boolean isOf(Rule rule) {
    return switch (kind) {
      case PRODUCT -> rule.products().contains(name);
      case FUNCTION -> calls(RuleCodec.text(rule), name);
    };
  }

  /** Whether a rule's text calls that function. */
  static boolean calls(String text, String function) {
    return text.contains(function)
        && Pattern.compile("\\b" + Pattern.quote(function) + "\\s*\\(").matcher(text).find();
  }
}
