package io.vagus.api;

import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.model.Page;
import io.vagus.registry.Actor;
import io.vagus.registry.Event;
import io.vagus.registry.EventHead;
import io.vagus.registry.EventLog;
import io.vagus.registry.EventLog.Filter;
import io.vagus.registry.Subject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JsonGenerator;

/** What happened to the control plane, and who did it. Thread-safe. */
final class EventRoutes {
  private static final String ALL = "/api/v1/events";
  private static final int MAX_PAGES = 100;

  private final EventLog log;

  EventRoutes(EventLog log) {
    this.log = log;
  }

  List<Route> routes() {
    return List.of(
        Route.get(
            ALL, Set.of("subject", "actor", "type", "from", "to", "cursor", "limit"), this::all),
        Route.get(ALL + "/head", this::head),
        Route.get(
            "/api/v1/devices/{id}/history",
            Set.of("actor", "type", "from", "to", "cursor", "limit"),
            this::ofDevice));
  }

  private Reply all(Call call) {
    Filter filter = filter(call, Filter.ALL);
    if (call.sight().isEverything()) {
      return page(call, filter);
    }
    return filter.subject().map(subject -> isSeen(call.sight(), subject)).orElse(true)
        ? seen(call, filter)
        : Shape.page(new Page<>(List.<Event>of(), Optional.empty()), EventRoutes::write);
  }

  /** Of one that is deleted too. */
  private Reply ofDevice(Call call) {
    Subject device = Subject.device(call.device());
    return page(call, filter(call, Filter.ALL.withSubject(device)));
  }

  /** Of devices and groups that are seen; looks at so many events at most, then says go on. */
  private Reply seen(Call call, Filter filter) {
    int limit = limit(call);
    List<Event> found = new ArrayList<>();
    Optional<String> cursor = call.query().string("cursor");
    int pages = 0;
    do {
      Page<Event> page = log.events(filter, cursor, limit);
      page.items().stream()
          .filter(event -> isSeen(call.sight(), event.subject()))
          .forEach(found::add);
      cursor = page.next();
    } while (cursor.isPresent() && found.isEmpty() && ++pages < MAX_PAGES);
    return Shape.page(new Page<>(found, cursor), EventRoutes::write);
  }

  private static boolean isSeen(Sight sight, Subject subject) {
    return switch (subject.kind()) {
      case Subject.DEVICE ->
          DeviceId.isValid(subject.name()) && sight.sees(new DeviceId(subject.name()));
      case Subject.GROUP ->
          GroupId.isValid(subject.name()) && sight.sees(Optional.of(new GroupId(subject.name())));
      default -> false;
    };
  }

  private Reply page(Call call, Filter filter) {
    return Shape.page(
        log.events(filter, call.query().string("cursor"), limit(call)), EventRoutes::write);
  }

  private static int limit(Call call) {
    return call.query().integer("limit", 100, 1, 1000);
  }

  private static Filter filter(Call call, Filter about) {
    Query query = call.query();
    return new Filter(
        query.string("subject").map(Subject::parse).or(about::subject),
        query.string("actor").map(Actor::parse),
        query.string("type"),
        time(query, "from"),
        time(query, "to"));
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
