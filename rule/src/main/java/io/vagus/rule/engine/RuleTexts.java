package io.vagus.rule.engine;

import io.vagus.expression.Expression;
import io.vagus.expression.Functions;
import io.vagus.expression.Scope;
import io.vagus.expression.Template;
import io.vagus.kit.VagusException;
import io.vagus.model.ProductModel;
import io.vagus.rule.Rule;
import io.vagus.wire.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Compiles a rule's texts for one product.
 *
 * @param errors what is wrong is added to
 */
record RuleTexts(ProductModel product, Scope scope, Functions functions, List<RuleError> errors) {

  Optional<Expression> condition(String path, String text) {
    return compiled(path, text, () -> Expression.compile(text, scope, functions));
  }

  /** A text with formulas in it. */
  Optional<Template> sentence(String path, String text) {
    return compiled(path, text, () -> Template.compile(text, scope, functions));
  }

  /** JSON with formulas in its texts. */
  Optional<Template> document(String path, String json) {
    return compiled(
        path,
        json,
        () ->
            Template.compile(
                JsonText.parse(json.getBytes(StandardCharsets.UTF_8)), scope, functions));
  }

  private <T> Optional<T> compiled(String path, String text, Supplier<T> compiling) {
    try {
      return Optional.of(compiling.get());
    } catch (VagusException e) {
      errors.add(RuleError.of(product.id(), path, text, String.valueOf(e.getMessage())));
      return Optional.empty();
    }
  }

  void complain(String path, String why) {
    errors.add(RuleError.of(product.id(), path, "", why));
  }

  void requireWindows(Rule rule) {
    rule.windows()
        .forEach((name, window) -> {
          if (product.metric(window.metric()) == null) {
            complain(
                "windows." + name + ".metric",
                "metric: \"%s\" (expected: one of %s)"
                    .formatted(window.metric(), new TreeSet<>(product.allMetrics().keySet())));
          }
        });
  }
}
