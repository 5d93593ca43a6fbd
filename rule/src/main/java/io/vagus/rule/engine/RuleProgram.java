package io.vagus.rule.engine;

import io.vagus.expression.Bound;
import io.vagus.expression.Expression;
import io.vagus.expression.Functions;
import io.vagus.expression.Scope;
import io.vagus.model.ProductModel;
import io.vagus.rule.Effect;
import io.vagus.rule.Rule;
import io.vagus.rule.RuleVersion;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A version of a rule, compiled for the devices of one product. Immutable.
 *
 * @param windows sorted by name
 * @param metrics a message with one of them is a reason to judge it
 * @param watched the same while it is raised or pending: those of {@code clear} too
 * @param looksAtReported whether a change of reported state is a reason too
 * @param closing the windows, by index, whose close is one
 */
record RuleProgram(
    RuleVersion source,
    ProductModel product,
    Functions functions,
    Expression when,
    Optional<Expression> clear,
    List<WindowShape> windows,
    Set<String> metrics,
    Set<String> watched,
    boolean looksAtReported,
    Set<Integer> closing,
    ActionMaker effects,
    ActionMaker clearEffects) {

  /** Of sound texts; what is not complains to {@code errors}, and the program is worth nothing. */
  static Optional<RuleProgram> compile(
      RuleVersion source,
      ProductModel product,
      Functions functions,
      Products known,
      List<RuleError> errors) {
    Rule rule = source.rule();
    RuleTexts texts = new RuleTexts(product, RuleScope.of(rule, product, known), functions, errors);
    texts.requireWindows(rule);
    Optional<Expression> when = texts.condition("when", rule.when());
    Optional<Expression> clear = rule.clear().flatMap(text -> texts.condition("clear", text));
    ActionMaker effects = ActionMaker.of("effects", rule.effects(), rule, texts, known);
    ActionMaker clearing = ActionMaker.of("clearEffects", rule.clearEffects(), rule, texts, known);
    if (!errors.isEmpty() || when.isEmpty()) {
      return Optional.empty();
    }
    List<WindowShape> windows =
        rule.windows().entrySet().stream()
            .map(e -> WindowShape.of(e.getKey(), e.getValue()))
            .toList();
    Set<List<String>> paths = paths(when.get(), clear);
    return Optional.of(
        new RuleProgram(
            source,
            product,
            functions,
            when.get(),
            clear,
            windows,
            metrics(when.get(), windows),
            watched(when.get(), clear, windows),
            paths.stream().anyMatch(path -> path.getFirst().equals(Scope.REPORTED)),
            closing(paths, windows),
            effects,
            clearing));
  }

  private static Set<String> metrics(Expression condition, List<WindowShape> windows) {
    Set<String> metrics = new TreeSet<>(condition.metrics());
    for (WindowShape window : windows) {
      if (window.kind() == WindowShape.Kind.SLIDING && names(condition.paths(), window)) {
        metrics.add(window.metric());
      }
    }
    return metrics;
  }

  private static Set<String> watched(
      Expression when, Optional<Expression> clear, List<WindowShape> windows) {
    Set<String> metrics = new TreeSet<>(metrics(when, windows));
    clear.ifPresent(condition -> metrics.addAll(metrics(condition, windows)));
    return metrics;
  }

  private static Set<Integer> closing(Set<List<String>> paths, List<WindowShape> windows) {
    Set<Integer> closing = new TreeSet<>();
    for (int i = 0; i < windows.size(); i++) {
      if (windows.get(i).kind() != WindowShape.Kind.SLIDING && names(paths, windows.get(i))) {
        closing.add(i);
      }
    }
    return closing;
  }

  private static boolean names(Set<List<String>> paths, WindowShape window) {
    return paths.stream()
        .filter(path -> path.getFirst().equals(RuleScope.WINDOWS))
        .anyMatch(path -> path.size() == 1 || path.get(1).equals(window.name()));
  }

  /** Whether it can stand for that. */
  boolean is(RuleVersion version, ProductModel model, Functions calls) {
    return source.version() == version.version()
        && source.rule().equals(version.rule())
        && product.equals(model)
        && functions.equals(calls);
  }

  List<Bound> bounds() {
    return when.bounds();
  }

  Rule rule() {
    return source.rule();
  }

  /** What the conditions look at. */
  Set<List<String>> conditionPaths() {
    return paths(when, clear);
  }

  private static Set<List<String>> paths(Expression when, Optional<Expression> clear) {
    Set<List<String>> paths = new HashSet<>(when.paths());
    clear.ifPresent(condition -> paths.addAll(condition.paths()));
    return paths;
  }

  /** Whether it changes devices, so that it may bring about its own next firing. */
  static boolean acts(Rule rule) {
    return rule.effects().stream()
        .anyMatch(effect ->
            effect instanceof Effect.SendCommand || effect instanceof Effect.ChangeDesired);
  }

  /** Whether it looks at a metric of its own device, or says its value. */
  boolean uses(String metric) {
    return windows.stream().anyMatch(window -> window.metric().equals(metric))
        || Stream.of(conditionPaths(), effects.paths(), clearEffects.paths())
            .flatMap(Set::stream)
            .anyMatch(path ->
                path.size() > 1
                    && path.get(0).equals(Scope.READINGS)
                    && path.get(1).equals(metric));
  }

  /**
   * Whether a window's last span is needed after its close: not when the close is the only thing
   * that the rule is ever judged for.
   */
  boolean keepsClosed() {
    return windows.size() > 1
        || !watched.isEmpty()
        || looksAtReported
        || closing.isEmpty()
        || !rule().hold().isZero();
  }
}
