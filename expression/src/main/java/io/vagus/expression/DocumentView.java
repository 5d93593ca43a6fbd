package io.vagus.expression;

import java.util.AbstractMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A JSON object as CEL's map: its numbers are numbers, its null is CEL's. One judgement each. */
final class DocumentView extends AbstractMap<String, Object> {
  private final Map<?, ?> document;

  DocumentView(Map<?, ?> document) {
    this.document = document;
  }

  @Override
  public @Nullable Object get(@Nullable Object name) {
    Object value = document.get(name);
    return value == null && !document.containsKey(name) ? null : Fitting.json(value);
  }

  @Override
  public boolean containsKey(@Nullable Object name) {
    return document.containsKey(name);
  }

  @Override
  public Set<Entry<String, Object>> entrySet() {
    Map<String, Object> all = new LinkedHashMap<>();
    document.forEach((name, value) -> all.put(String.valueOf(name), Fitting.json(value)));
    return all.entrySet();
  }
}
