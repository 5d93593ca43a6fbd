package io.vagus.device;

import io.vagus.expression.Expression;
import io.vagus.expression.Functions;
import io.vagus.expression.Scope;
import io.vagus.expression.Situation;
import io.vagus.function.FunctionModule;
import io.vagus.function.Limits;
import io.vagus.function.Manifest;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A rule's condition, by the same code as on the server. Immutable. */
final class CelCondition implements LocalCondition {
  private final String device;
  private final Expression when;
  private final Optional<Expression> clear;
  private final Set<String> metrics;

  CelCondition(Rule.Condition condition, String device) {
    this.device = device;
    Functions functions = Functions.NONE;
    for (Rule.Module module : condition.functions()) {
      functions = functions.and(Modules.functions(module));
    }
    Functions all = functions;
    Scope scope = Scope.ofDevice(CelJudge.types(condition.metrics()));
    this.when = Expression.compile(condition.when(), scope, all);
    this.clear = condition.clear().map(text -> Expression.compile(text, scope, all));
    this.metrics = new HashSet<>(when.metrics());
    clear.ifPresent(text -> metrics.addAll(text.metrics()));
  }

  /** Seen only where a rule has functions: a device without them needs no WebAssembly. */
  private static final class Modules {
    static Functions functions(Rule.Module module) {
      Map<String, @Nullable Object> manifest =
          JsonReader.object(module.manifest().getBytes(StandardCharsets.UTF_8))
              .orElseThrow(() ->
                  new VagusException(
                      ErrorCode.INVALID_REQUEST,
                      "function " + module.name() + ": its manifest is no JSON object"));
      return FunctionModule.load(
              module.name(), module.wasm(), Manifest.of(manifest), Limits.DEFAULT)
          .functions();
    }
  }

  @Override
  public Optional<Boolean> judge(Map<String, ?> measured, boolean on, Known known, Instant now) {
    if (!metrics.isEmpty() && Collections.disjoint(metrics, measured.keySet())) {
      return Optional.empty();
    }
    Known.Moment moment = known.moment();
    Situation situation =
        new Situation(
            now,
            device,
            "",
            CelJudge.readings(moment),
            moment.desired(),
            moment.reported(),
            Map.of());
    boolean asksForTheEnd = on && clear.isPresent();
    Expression asked = asksForTheEnd ? clear.orElseThrow() : when;
    return switch (asked.judge(situation, Optional.empty()).outcome()) {
      case HOLDS -> Optional.of(!asksForTheEnd);
      case FAILS -> Optional.of(asksForTheEnd);
      case UNKNOWN -> Optional.empty();
    };
  }
}
