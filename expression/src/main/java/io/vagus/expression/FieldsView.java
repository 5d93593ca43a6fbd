package io.vagus.expression;

import java.util.AbstractMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Named values as CEL's map, each made when it is asked for. One judgement each. */
final class FieldsView extends AbstractMap<String, Object> {
  private final Type.Fields type;
  private final Lookup values;

  FieldsView(Type.Fields type, Lookup values) {
    this.type = type;
    this.values = values;
  }

  @Override
  public @Nullable Object get(@Nullable Object name) {
    if (!(name instanceof String text) || !(type.of().get(text) instanceof Type of)) {
      return null;
    }
    Object value = values.get(text);
    // A group that is not there is missing; one that is there may lack fields.
    return value == null ? null : Fitting.of(of, value);
  }

  @Override
  public boolean containsKey(@Nullable Object name) {
    return get(name) != null;
  }

  @Override
  public Set<Entry<String, Object>> entrySet() {
    Map<String, Object> all = new LinkedHashMap<>();
    for (String name : type.of().keySet()) {
      Object value = get(name);
      if (value != null) {
        all.put(name, value);
      }
    }
    return all.entrySet();
  }
}
