package io.vagus.device;

import io.vagus.expression.Guard;
import io.vagus.expression.Observation;
import io.vagus.expression.Scope;
import io.vagus.expression.Situation;
import io.vagus.expression.Type;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** By the same texts and the same code as on the server. Immutable. */
final class CelJudge implements Judge {
  private final String device;
  private final String product;
  private final Map<String, List<Guard>> commands = new HashMap<>();
  private final Map<String, List<Guard>> fields = new HashMap<>();

  CelJudge(InterlockSet set, String device) {
    this.device = device;
    this.product = set.product();
    Scope scope = Scope.ofDevice(types(set.metrics()));
    set.commands()
        .forEach((name, of) ->
            commands.put(name, guards(of.interlocks(), scope.withArguments(types(of.args())))));
    set.desired().forEach((pointer, of) -> fields.put(pointer, guards(of, scope.withValue())));
  }

  static Map<String, Type.Plain> types(Map<String, String> words) {
    Map<String, Type.Plain> types = new HashMap<>();
    for (Type.Plain type : Type.Plain.values()) {
      String word = type.name().toLowerCase(Locale.ROOT);
      words.forEach((name, its) -> {
        if (its.equals(word)) {
          types.put(name, type);
        }
      });
    }
    return types;
  }

  private static List<Guard> guards(List<InterlockSet.Text> texts, Scope scope) {
    return texts.stream()
        .map(t -> Guard.of(t.id(), t.expression(), t.message(), t.maxAge(), scope))
        .toList();
  }

  @Override
  public Optional<Refused> ofCommand(
      String name, Map<String, @Nullable Object> args, Known.Moment known, Instant now) {
    return first(commands.getOrDefault(name, List.of()), Map.of(Scope.ARGUMENTS, args), known, now);
  }

  @Override
  public Optional<Refused> ofField(String pointer, Object value, Known.Moment known, Instant now) {
    return first(fields.getOrDefault(pointer, List.of()), Map.of(Scope.VALUE, value), known, now);
  }

  private Optional<Refused> first(
      List<Guard> guards, Map<String, Object> about, Known.Moment known, Instant now) {
    if (guards.isEmpty()) {
      return Optional.empty();
    }
    Situation situation =
        new Situation(
            now, device, product, readings(known), known.desired(), known.reported(), about);
    return guards.stream()
        .flatMap(guard -> guard.refusal(situation).stream())
        .findFirst()
        .map(why -> new Refused(why.interlock(), why.detail(), why.seen()));
  }

  static Map<String, Observation> readings(Known.Moment known) {
    Map<String, Observation> readings = new LinkedHashMap<>();
    known
        .readings()
        .forEach((metric, measured) ->
            readings.put(metric, new Observation(measured.value(), measured.time(), List.of())));
    return readings;
  }
}
