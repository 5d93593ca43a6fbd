package io.vagus.rule.function;

import io.vagus.registry.Event;
import io.vagus.registry.Fact;
import io.vagus.registry.Subject;
import io.vagus.registry.sql.Times;
import io.vagus.wire.JsonText;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What happens to modules, for the event log. Field names are stored: they never change meaning.
 */
final class FunctionFacts {
  private static final String SAVED = "function.saved";
  private static final String DELETED = "function.deleted";

  private FunctionFacts() {}

  static Fact changed(FunctionChange change) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("version", (long) change.version());
    body.put("atMicros", Times.micros(change.at()));
    body.put("by", change.by());
    change
        .content()
        .ifPresent(content -> {
          body.put("manifest", content.manifest());
          body.put("wasm", content.wasm());
        });
    return new Fact(
        new Subject("function", change.module()),
        change.content().isPresent() ? SAVED : DELETED,
        JsonText.of(body));
  }

  static FunctionChange change(Event event) {
    JsonNode body = JsonMapper.shared().readTree(event.body());
    return new FunctionChange(
        event.subject().name(),
        body.path("version").asInt(),
        Times.instant(body.path("atMicros").asLong()),
        body.path("by").asString(),
        event.type().equals(SAVED)
            ? Optional.of(
                new FunctionChange.Content(
                    body.path("manifest").asString(), body.path("wasm").asString()))
            : Optional.empty());
  }
}
