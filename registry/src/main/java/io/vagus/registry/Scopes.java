package io.vagus.registry;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The words of a token's scope: roles and rights by their labels. */
public final class Scopes {
  private static final int MAX_WORDS = 32;

  private Scopes() {}

  static Set<Right> rights(List<String> words) {
    EnumSet<Right> rights = EnumSet.noneOf(Right.class);
    for (String word : words) {
      Role.of(word).ifPresent(role -> rights.addAll(role.rights()));
      Right.of(word).ifPresent(rights::add);
    }
    return rights;
  }

  /** The rights of words that somebody asks for. */
  public static Set<Right> require(List<String> words) {
    if (words.isEmpty() || words.size() > MAX_WORDS) {
      throw Rules.invalid("scopes: " + words.size() + " words (expected: 1 to " + MAX_WORDS + ")");
    }
    Optional<String> unknown =
        words.stream().filter(w -> Role.of(w).isEmpty() && Right.of(w).isEmpty()).findFirst();
    if (unknown.isPresent()) {
      Rules.requireText("scopes", unknown.get(), Rules.MAX_NAME_CHARS);
      throw Rules.invalid(
          "scopes: \"" + unknown.get() + "\" (expected: a role or a right; GET /api/v1/roles)");
    }
    return rights(words);
  }
}
