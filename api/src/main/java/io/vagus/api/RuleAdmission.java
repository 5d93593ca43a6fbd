package io.vagus.api;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.Spelling;
import io.vagus.kit.VagusException;
import io.vagus.model.GroupId;
import io.vagus.model.ProductModel;
import io.vagus.registry.Caller;
import io.vagus.registry.Registry;
import io.vagus.registry.Right;
import io.vagus.rule.Effect;
import io.vagus.rule.Rule;
import io.vagus.rule.engine.Products;
import io.vagus.rule.engine.RuleReview;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What must hold for a rule to be saved. Thread-safe. */
final class RuleAdmission {
  private final Registry registry;
  private final RuleSources parts;

  RuleAdmission(ApiParts parts) {
    this.registry = parts.registry();
    this.parts = parts.rules();
  }

  /** Refuses one that is not; an INVALID_REQUEST names the place. */
  void require(Call call, Rule rule) {
    requireGroup(rule);
    requireProducts(rule);
    requireMayAct(call, rule);
    requireSound(rule);
  }

  private void requireGroup(Rule rule) {
    rule.group()
        .filter(group -> registry.groups().find(group).isEmpty())
        .ifPresent(group -> {
          throw Problem.invalid(
              "group", Problem.shown(group.value()) + " (expected: a group that exists)");
        });
  }

  private void requireProducts(Rule rule) {
    List<String> known = registry.products().stream().map(ProductModel::id).toList();
    for (int i = 0; i < rule.products().size(); i++) {
      String product = rule.products().get(i);
      if (!known.contains(product)) {
        throw Problem.invalid(
            "products[" + i + "]",
            Problem.shown(product)
                + " (expected: a product that exists)"
                + Spelling.hint(product, known));
      }
    }
  }

  /** One that is off may be a draft. */
  private void requireSound(Rule rule) {
    if (rule.mode() == Rule.Mode.OFF) {
      return;
    }
    review(rule).errors().stream()
        .findFirst()
        .ifPresent(error -> {
          String of = error.product().isEmpty() ? "" : " (for product " + error.product() + ")";
          throw Problem.invalid(error.path(), error.message() + of);
        });
  }

  RuleReview review(Rule rule) {
    Map<String, ProductModel> models =
        registry.products().stream()
            .collect(Collectors.toMap(ProductModel::id, Function.identity()));
    return RuleReview.of(rule, new Products(models), parts.functions().get(), parts.sinks().get());
  }

  /** What a rule does, its writer may do: else rules would give him what nobody granted. */
  private void requireMayAct(Call call, Rule rule) {
    Caller caller = call.caller().orElseThrow();
    Stream.concat(rule.effects().stream(), rule.clearEffects().stream())
        .flatMap(effect -> right(effect).stream())
        .distinct()
        .filter(right -> !caller.reach(right, registry.groups()).holds(rule.group()))
        .findFirst()
        .ifPresent(right -> {
          throw new VagusException(
              ErrorCode.FORBIDDEN,
              "right: %s on %s (expected: of whoever writes a rule that does it, which %s is not)"
                  .formatted(
                      right.label(),
                      rule.group().map(GroupId::value).orElse("all"),
                      caller.actor()));
        });
  }

  private static Optional<Right> right(Effect effect) {
    return switch (effect) {
      case Effect.SendCommand command -> Optional.of(Right.COMMAND_SEND);
      case Effect.ChangeDesired desired -> Optional.of(Right.TWIN_WRITE);
      case Effect.RaiseAlert alert -> Optional.empty();
      case Effect.NoteEvent event -> Optional.empty();
      case Effect.Send send -> Optional.empty();
    };
  }
}
