package io.vagus.rule.engine;

import io.vagus.expression.Scope;
import io.vagus.rule.Effect;
import io.vagus.wire.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What looks like a mistake in a rule that works.
 *
 * @param path of the field: {@code effects[0].patch}
 */
public record RuleLint(String rule, String product, String path, String message) {

  /** A change of desired state that the rule's own condition looks at may bring it about again. */
  static List<RuleLint> of(RuleProgram program) {
    List<RuleLint> found = new ArrayList<>();
    Set<List<String>> seen = program.conditionPaths();
    add("effects", program.rule().effects(), program, seen, found);
    add("clearEffects", program.rule().clearEffects(), program, seen, found);
    return found;
  }

  private static void add(
      String list,
      List<Effect> effects,
      RuleProgram program,
      Set<List<String>> seen,
      List<RuleLint> found) {
    for (int i = 0; i < effects.size(); i++) {
      if (effects.get(i) instanceof Effect.ChangeDesired change && change.device().isEmpty()) {
        String path = "%s[%d].patch".formatted(list, i);
        for (List<String> looked : seen) {
          if (looked.getFirst().equals(Scope.DESIRED)
              && touches(parsed(change.patch()), looked.subList(1, looked.size()))) {
            found.add(
                new RuleLint(
                    program.rule().id(),
                    program.product().id(),
                    path,
                    "changes %s, which its own condition looks at (expected: another field)"
                        .formatted(String.join(".", looked))));
          }
        }
      }
    }
  }

  private static @Nullable Object parsed(String json) {
    return JsonText.parse(json.getBytes(StandardCharsets.UTF_8));
  }

  /** Whether a patch changes what is at a path, above or below it. */
  private static boolean touches(@Nullable Object patch, List<String> path) {
    if (path.isEmpty() || !(patch instanceof Map<?, ?> fields)) {
      return true;
    }
    return fields.containsKey(path.getFirst())
        && touches(fields.get(path.getFirst()), path.subList(1, path.size()));
  }
}
