package io.vagus.api;

import io.vagus.model.DeviceId;
import io.vagus.registry.Actor;
import io.vagus.registry.Event;
import io.vagus.registry.EventHead;
import io.vagus.registry.EventLog;
import io.vagus.registry.EventLog.Filter;
import io.vagus.registry.Subject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JsonGenerator;

/** What happened to the control plane, and who did it. Thread-safe. */
final class EventRoutes {
  private static final String ALL = "/api/v1/events";

  private final EventLog log;

  EventRoutes(EventLog log) {
    this.log = log;
  }

  List<Route> routes() {
    return List.of(
        Route.get(
            ALL,
            Set.of("subject", "actor", "type", "from", "to", "cursor", "limit"),
            call -> page(call, Filter.ALL)),
        Route.get(ALL + "/head", this::head),
        Route.get(
            "/api/v1/devices/{id}/history",
            Set.of("actor", "type", "from", "to", "cursor", "limit"),
            this::ofDevice));
  }

  /** Of one that is deleted too. */
  private Reply ofDevice(Call call) {
    DeviceId device = call.device();
    return page(call, Filter.ALL.withSubject(Subject.device(device)));
  }

  private Reply page(Call call, Filter about) {
    Query query = call.query();
    Filter filter =
        new Filter(
            query.string("subject").map(Subject::parse).or(about::subject),
            query.string("actor").map(Actor::parse),
            query.string("type"),
            time(query, "from"),
            time(query, "to"));
    int limit = query.integer("limit", 100, 1, 1000);
    return Shape.page(log.events(filter, query.string("cursor"), limit), EventRoutes::write);
  }

  private static Optional<Instant> time(Query query, String name) {
    return query
        .string(name)
        .map(text -> Instant.EPOCH.plus(Query.timeMicros(name, text), ChronoUnit.MICROS));
  }

  private Reply head(Call call) {
    EventHead head = log.head();
    return Reply.json(
        200,
        out -> {
          out.writeNumberProperty("sequence", head.sequence());
          out.writeStringProperty("hash", head.hash());
        });
  }

  static void write(JsonGenerator out, Event event) {
    out.writeNumberProperty("sequence", event.sequence());
    out.writeStringProperty("time", event.time().toString());
    out.writeStringProperty("actor", event.actor().text());
    out.writeStringProperty("subject", event.subject().text());
    out.writeStringProperty("type", event.type());
    out.writeName("body");
    out.writeRawValue(event.body());
    out.writeStringProperty("previousHash", event.previousHash());
    out.writeStringProperty("hash", event.hash());
  }
}
