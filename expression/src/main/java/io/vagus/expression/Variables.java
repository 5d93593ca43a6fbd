package io.vagus.expression;

import dev.cel.runtime.CelVariableResolver;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A scope's variables, each made when CEL asks for it. One judgement each. */
record Variables(Scope scope, Lookup values) implements CelVariableResolver {

  @Override
  public Optional<Object> find(String name) {
    Type type = scope.variables().get(name);
    return type == null
        ? Optional.empty()
        : Optional.ofNullable(Fitting.of(type, values.get(name)));
  }

  /** Null: there is none. */
  @Nullable Object at(List<String> path) {
    Object at = find(path.getFirst()).orElse(null);
    for (String name : path.subList(1, path.size())) {
      at = at instanceof Map<?, ?> map ? map.get(name) : null;
    }
    return at;
  }
}
