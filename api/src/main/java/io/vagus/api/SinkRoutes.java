package io.vagus.api;

import io.vagus.model.Page;
import io.vagus.registry.EventLog;
import io.vagus.registry.Fact;
import io.vagus.registry.Subject;
import io.vagus.rule.Sink;
import io.vagus.rule.SinkState;
import io.vagus.rule.Sinks;
import io.vagus.wire.JsonObject;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Where rules send what they find, how far that is, and what did not arrive. Thread-safe. */
final class SinkRoutes {
  private static final String ALL = "/api/v1/sinks";
  private static final String ONE = ALL + "/{sink}";
  private static final String LETTERS = ONE + "/dead-letters";
  private static final Map<String, Sink.Kind> KINDS =
      Map.of("webhook", Sink.Kind.WEBHOOK, "mqtt", Sink.Kind.MQTT, "kafka", Sink.Kind.KAFKA);

  private final Sinks sinks;
  private final EventLog log;

  SinkRoutes(ApiParts parts) {
    this.sinks = parts.sinks();
    this.log = parts.registry().events();
  }

  List<Route> routes() {
    return List.of(
        Route.get(ALL, this::list),
        Route.get(ONE, this::read),
        Route.write("PUT", ONE, Route.Body.JSON, this::save),
        Route.write("DELETE", ONE, Route.Body.NONE, this::delete),
        Route.write("POST", ONE + "/test", Route.Body.NONE, this::test),
        Route.get(LETTERS, Set.of("cursor", "limit"), this::deadLetters),
        Route.write("DELETE", LETTERS, Route.Body.NONE, this::discard),
        Route.write("POST", LETTERS + "/replay", Route.Body.JSON, this::replay),
        Route.get("/api/v1/loops", this::loops));
  }

  private Reply list(Call call) {
    return Shape.page(new Page<>(sinks.all(), Optional.empty()), SinkShape::write);
  }

  private Reply read(Call call) {
    SinkState state = existing(call);
    return Reply.json(200, out -> SinkShape.write(out, state));
  }

  private SinkState existing(Call call) {
    return sinks
        .find(call.path("sink"))
        .orElseThrow(() -> Problem.notFound("sink", call.path("sink")));
  }

  private Reply save(Call call) throws IOException {
    JsonObject json = call.json();
    json.ignore(SinkShape.SHOWN);
    Sink.Kind kind = json.require("kind", json.choice("kind", KINDS));
    String description = json.string("description").orElse("");
    Map<String, String> config = json.stringMap("config").orElse(Map.of());
    Map<String, Optional<String>> secrets = secrets(json);
    json.end();
    Sink.Order order =
        json.make("description", () -> new Sink.Order(kind, description, config, secrets));
    String name = call.path("sink");
    boolean isNew = sinks.find(name).isEmpty();
    sinks.put(name, order);
    SinkState saved = existing(call);
    return Reply.json(isNew ? 201 : 200, out -> SinkShape.write(out, saved))
        .with("Location", ALL + "/" + name);
  }

  /** A list of names, as a sink shows them, leaves all as they are. */
  private static Map<String, Optional<String>> secrets(JsonObject json) {
    Map<String, Optional<String>> secrets = new LinkedHashMap<>();
    json.object("secrets")
        .ifPresent(said ->
            said.names()
                .forEach(name ->
                    secrets.put(name, said.isNull(name) ? Optional.empty() : said.string(name))));
    return secrets;
  }

  private Reply delete(Call call) {
    if (!sinks.delete(call.path("sink"))) {
      throw Problem.notFound("sink", call.path("sink"));
    }
    return Reply.noContent();
  }

  private Reply test(Call call) {
    SinkState state = existing(call);
    Sinks.Tested tested = sinks.test(state.sink().name());
    return Reply.json(
        200,
        out -> {
          out.writeBooleanProperty("ok", tested.delivered());
          Shape.number(out, "millis", tested.tookMicros() / 1000.0);
          out.writeStringProperty("detail", tested.why());
        });
  }

  private Reply deadLetters(Call call) {
    String name = existing(call).sink().name();
    return Shape.page(
        sinks.deadLetters(name, call.query().string("cursor"), LedgerRoutes.limit(call)),
        SinkShape::write);
  }

  private Reply replay(Call call) throws IOException {
    JsonObject json = call.json();
    int limit = json.integer("limit", 1, 10_000).orElse(1000L).intValue();
    json.end();
    String name = existing(call).sink().name();
    Sinks.Replayed replayed = sinks.replay(name, limit);
    note(name, "sink.replayed", replayed.delivered());
    return Reply.json(
        200,
        out -> {
          out.writeNumberProperty("replayed", replayed.delivered());
          out.writeNumberProperty("left", replayed.left());
          if (!replayed.why().isEmpty()) {
            out.writeStringProperty("why", replayed.why());
          }
        });
  }

  private Reply discard(Call call) {
    String name = existing(call).sink().name();
    int gone = sinks.discard(name);
    note(name, "sink.discarded", gone);
    return Reply.json(200, out -> out.writeNumberProperty("discarded", gone));
  }

  private void note(String sink, String type, int letters) {
    log.append(
        Fact.noted(
            new Subject("sink", sink), type, Map.of("deadLetters", Integer.toString(letters))));
  }

  private Reply loops(Call call) {
    return Shape.page(new Page<>(sinks.loops(), Optional.empty()), SinkShape::write);
  }
}
