package io.vagus.rule.engine;

import io.vagus.expression.Functions;
import io.vagus.kit.Spelling;
import io.vagus.model.CommandModel;
import io.vagus.model.ProductModel;
import io.vagus.rule.Effect;
import io.vagus.rule.Rule;
import io.vagus.rule.RuleSet;
import io.vagus.rule.RuleVersion;
import io.vagus.wire.JsonText;
import io.vagus.wire.Quoted;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is to be said of a rule before it is saved.
 *
 * @param errors why it cannot work for its products; none: it can
 * @param lint what looks like a mistake
 */
public record RuleReview(List<RuleError> errors, List<RuleLint> lint) {
  public RuleReview {
    errors = List.copyOf(errors);
    lint = List.copyOf(lint);
  }

  /**
   * Compiles it, and holds it against what is there.
   *
   * @param sinks by name
   */
  public static RuleReview of(
      Rule rule, Products products, Functions functions, Set<String> sinks) {
    // One that is off is looked at as if it were not.
    RuleVersion version = new RuleVersion(rule.inMode(Rule.Mode.SHADOW), 1, 1, Instant.EPOCH, "");
    CompiledRules compiled =
        CompiledRules.of(new RuleSet(1, List.of(version)), products, functions, CompiledRules.NONE);
    List<RuleError> errors = new ArrayList<>(compiled.errors(rule.id()));
    for (String product : rule.products()) {
      products
          .find(product)
          .ifPresent(model -> {
            arguments("effects", rule.effects(), rule, model, products, errors);
            arguments("clearEffects", rule.clearEffects(), rule, model, products, errors);
          });
    }
    sinks("effects", rule.effects(), sinks, errors);
    sinks("clearEffects", rule.clearEffects(), sinks, errors);
    return new RuleReview(errors, compiled.lint());
  }

  private static void arguments(
      String list,
      List<Effect> effects,
      Rule rule,
      ProductModel own,
      Products products,
      List<RuleError> errors) {
    for (int i = 0; i < effects.size(); i++) {
      if (effects.get(i) instanceof Effect.SendCommand command) {
        String path = list + "[" + i + "].arguments";
        model(command, rule, own, products)
            .flatMap(model -> wrong(command, model))
            .ifPresent(why -> errors.add(new RuleError(own.id(), path, why, OptionalInt.empty())));
      }
    }
  }

  /** Empty: it is not known which, or there is none, which compiling tells. */
  private static Optional<CommandModel> model(
      Effect.SendCommand command, Rule rule, ProductModel own, Products products) {
    Optional<ProductModel> product =
        command.device().isEmpty()
            ? Optional.of(own)
            : Optional.ofNullable(rule.related().get(command.device().get()))
                .flatMap(Rule.Related::product)
                .flatMap(products::find);
    return product.flatMap(model -> Optional.ofNullable(model.command(command.name())));
  }

  private static Optional<String> wrong(Effect.SendCommand command, CommandModel model) {
    Set<String> given = new TreeSet<>();
    Object json = JsonText.parse(command.arguments().getBytes(StandardCharsets.UTF_8));
    if (json instanceof Map<?, ?> map) {
      map.keySet().forEach(name -> given.add(String.valueOf(name)));
    }
    Set<String> known = new TreeSet<>(model.arguments().keySet());
    Set<String> missing = new TreeSet<>(model.required());
    missing.removeAll(given);
    Set<String> unknown = new HashSet<>(given);
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      String name = unknown.iterator().next();
      return Optional.of(
          "argument: %s (expected: one of %s)%s"
              .formatted(Quoted.of(name), known, Spelling.hint(name, known)));
    }
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "argument: %s missing (expected: a value)".formatted(missing.iterator().next()));
  }

  private static void sinks(
      String list, List<Effect> effects, Set<String> sinks, List<RuleError> errors) {
    for (int i = 0; i < effects.size(); i++) {
      if (effects.get(i) instanceof Effect.Send send && !sinks.contains(send.sink())) {
        errors.add(
            new RuleError(
                "",
                list + "[" + i + "].sink",
                "sink: %s (expected: one of %s)%s"
                    .formatted(
                        Quoted.of(send.sink()),
                        new TreeSet<>(sinks),
                        Spelling.hint(send.sink(), sinks)),
                OptionalInt.empty()));
      }
    }
  }
}
