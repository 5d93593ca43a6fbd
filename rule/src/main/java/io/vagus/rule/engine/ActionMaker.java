package io.vagus.rule.engine;

import io.vagus.expression.Answer;
import io.vagus.expression.Lookup;
import io.vagus.expression.Template;
import io.vagus.model.DeviceId;
import io.vagus.model.ProductModel;
import io.vagus.rule.Action;
import io.vagus.rule.Effect;
import io.vagus.rule.Rule;
import io.vagus.wire.JsonText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes actions of a rule's effects, with the values of a moment. Immutable. */
final class ActionMaker {
  /** Up to here a double tells one whole number from the next. */
  private static final double EXACT = 0x1p53;

  /** One effect, ready to be filled; one without a template is as it is. */
  private record Step(Effect effect, Optional<Template> template) {}

  /** A value that an action needs is not there. */
  private static final class MissingException extends Exception {
    private static final long serialVersionUID = 1;

    MissingException(String why) {
      super(why, null, false, false); // an answer, no failure
    }
  }

  private final List<Step> steps;

  private ActionMaker(List<Step> steps) {
    this.steps = List.copyOf(steps);
  }

  static ActionMaker of(
      String path, List<Effect> effects, Rule rule, RuleTexts texts, Products known) {
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < effects.size(); i++) {
      steps.add(step(path + "[" + i + "].", effects.get(i), rule, texts, known));
    }
    return new ActionMaker(steps);
  }

  private static Step step(String path, Effect effect, Rule rule, RuleTexts texts, Products known) {
    return switch (effect) {
      case Effect.SendCommand command -> {
        requireCommand(path, command, rule, texts, known);
        yield new Step(effect, texts.document(path + "arguments", command.arguments()));
      }
      case Effect.ChangeDesired desired -> {
        requireDevice(path, desired.device(), rule, texts);
        yield new Step(effect, texts.document(path + "patch", desired.patch()));
      }
      case Effect.RaiseAlert alert -> new Step(effect, texts.sentence(path + "text", alert.text()));
      case Effect.NoteEvent event -> new Step(effect, texts.sentence(path + "text", event.text()));
      case Effect.Send send ->
          new Step(effect, send.body().flatMap(body -> texts.document(path + "body", body)));
    };
  }

  private static void requireCommand(
      String path, Effect.SendCommand command, Rule rule, RuleTexts texts, Products known) {
    if (!requireDevice(path, command.device(), rule, texts)) {
      return;
    }
    Optional<ProductModel> product =
        command.device().isEmpty()
            ? Optional.of(texts.product())
            : command
                .device()
                .map(rule.related()::get)
                .flatMap(Rule.Related::product)
                .flatMap(known::find);
    if (product.isPresent() && product.get().command(command.name()) == null) {
      texts.complain(
          path + "name",
          "command: \"%s\" (expected: one of %s)"
              .formatted(
                  command.name(), product.get().commands().keySet().stream().sorted().toList()));
    }
  }

  private static boolean requireDevice(
      String path, Optional<String> device, Rule rule, RuleTexts texts) {
    boolean known = device.isEmpty() || rule.related().containsKey(device.get());
    if (!known) {
      texts.complain(
          path + "device",
          "device: \"%s\" (expected: one of %s)"
              .formatted(device.orElseThrow(), rule.related().keySet()));
    }
    return known;
  }

  boolean raisesAlert() {
    return steps.stream().anyMatch(step -> step.effect instanceof Effect.RaiseAlert);
  }

  /** The values that they look at, each from its variable inwards. */
  Set<List<String>> paths() {
    return steps.stream()
        .flatMap(step -> step.template.stream())
        .flatMap(template -> template.paths().stream())
        .collect(Collectors.toSet());
  }

  /**
   * @param related the device that is meant by a name; empty: there is none
   */
  List<Action> make(DeviceId device, Lookup values, Function<String, Optional<DeviceId>> related) {
    List<Action> actions = new ArrayList<>(steps.size());
    for (Step step : steps) {
      try {
        actions.add(action(step, device, values, related));
      } catch (MissingException e) {
        actions.add(new Action.Unmade(word(step.effect), String.valueOf(e.getMessage())));
      }
    }
    return actions;
  }

  private static Action action(
      Step step, DeviceId device, Lookup values, Function<String, Optional<DeviceId>> related)
      throws MissingException {
    return switch (step.effect) {
      case Effect.SendCommand command ->
          new Action.SendCommand(
              whose(command.device(), device, related),
              command.name(),
              json(step, values),
              command.lane(),
              command.deadline());
      case Effect.ChangeDesired desired ->
          new Action.ChangeDesired(whose(desired.device(), device, related), json(step, values));
      case Effect.RaiseAlert alert ->
          new Action.RaiseAlert(alert.alertClass(), sentence(step, values));
      case Effect.NoteEvent event -> new Action.NoteEvent(event.severity(), sentence(step, values));
      case Effect.Send send ->
          new Action.Send(
              send.sink(),
              send.body().isEmpty() ? Optional.empty() : Optional.of(json(step, values)));
    };
  }

  private static DeviceId whose(
      Optional<String> name, DeviceId device, Function<String, Optional<DeviceId>> related)
      throws MissingException {
    if (name.isEmpty()) {
      return device;
    }
    Optional<DeviceId> other = related.apply(name.get());
    if (other.isEmpty()) {
      throw new MissingException("related." + name.get() + " is missing");
    }
    return other.get();
  }

  private static String json(Step step, Lookup values) throws MissingException {
    return JsonText.of(plain(filled(step, values).json()));
  }

  private static String sentence(Step step, Lookup values) throws MissingException {
    Object value = filled(step, values).json();
    return value instanceof String text ? text : JsonText.of(plain(value));
  }

  /** A whole number is one, whoever made it: 40, not 40.0. */
  private static @Nullable Object plain(@Nullable Object value) {
    return switch (value) {
      case Double number when number == Math.rint(number) && Math.abs(number) < EXACT ->
          number.longValue();
      case List<?> list -> list.stream().map(ActionMaker::plain).toList();
      case Map<?, ?> map -> {
        Map<Object, @Nullable Object> plain = new LinkedHashMap<>();
        map.forEach((name, one) -> plain.put(name, plain(one)));
        yield plain;
      }
      case null, default -> value;
    };
  }

  private static Answer.Given filled(Step step, Lookup values) throws MissingException {
    return switch (step.template.orElseThrow().fill(values)) {
      case Answer.Given given -> given;
      case Answer.Unknown unknown -> throw new MissingException(unknown.why());
    };
  }

  private static String word(Effect effect) {
    return switch (effect) {
      case Effect.SendCommand c -> "command " + c.name();
      case Effect.ChangeDesired d -> "desired";
      case Effect.RaiseAlert a -> "alert";
      case Effect.NoteEvent e -> "event";
      case Effect.Send s -> "send " + s.sink();
    };
  }
}
