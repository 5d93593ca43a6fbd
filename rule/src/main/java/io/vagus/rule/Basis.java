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
  boolean isOf(Rule rule) {
    return switch (kind) {
      case PRODUCT -> rule.products().contains(name);
      case FUNCTION ->
          Pattern.compile("\\b" + Pattern.quote(name) + "\\s*\\(")
              .matcher(RuleCodec.text(rule))
              .find();
    };
  }
}
