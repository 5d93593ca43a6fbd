package io.vagus.api;

import io.vagus.ledger.Ledger;
import io.vagus.ledger.MessageId;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import io.vagus.rule.Effect.AlertClass;
import io.vagus.watch.Alert;
import io.vagus.watch.Alerts;
import io.vagus.wire.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.core.JsonGenerator;

/** What somebody is to know of. Thread-safe. */
final class AlertRoutes {
  private static final String ALL = "/api/v1/alerts";
  private static final String RULE = "rule:";
  private static final int AT_ONCE = 1000;

  /** When something is found, no more are looked at: the page is a short one. */
  private static final int MOST_LOOKED_AT = 20_000;

  private static final int PARTS_OF_FIRING = 4;

  private final Alerts alerts;
  private final Ledger ledger;

  AlertRoutes(ApiParts parts) {
    this.alerts = parts.rules().alerts();
    this.ledger = parts.ledger();
  }

  List<Route> routes() {
    return List.of(
        Route.get(ALL, Set.of("state", "class", "source", "device", "cursor", "limit"), this::list),
        Route.get(ALL + "/{alert}", this::read),
        Route.write("POST", ALL + "/{alert}/acknowledge", Route.Body.JSON, this::acknowledge));
  }

  private Reply list(Call call) {
    Query query = call.query();
    int limit = query.integer("limit", 100, 1, AT_ONCE);
    Alerts.Filter filter =
        new Alerts.Filter(
            query.choice("state", Shape.words(Alert.State.class)),
            query.choice("class", Shape.words(AlertClass.class)),
            query.string("source"),
            call.queriedDevice());
    Page<Alert> page = page(call, filter, query.string("cursor"), limit);
    long total = total(call, filter);
    return Reply.json(
        200,
        out -> {
          Shape.page(out, page, this::write);
          out.writeNumberProperty("total", total);
        });
  }

  private Page<Alert> page(Call call, Alerts.Filter filter, Optional<String> from, int limit) {
    if (call.sight().isEverything()) {
      return alerts.page(filter, from, limit);
    }
    Predicate<DeviceId> seen = call.sight().devices();
    List<Alert> found = new ArrayList<>();
    Optional<String> next = from;
    int looked = 0;
    do {
      Page<Alert> page = alerts.page(filter, next, limit);
      page.items().stream().filter(alert -> isOf(alert, seen)).forEach(found::add);
      next = page.next();
      looked += limit;
    } while (next.isPresent() && found.isEmpty() && looked < MOST_LOOKED_AT);
    return new Page<>(found, next);
  }

  private static boolean isOf(Alert alert, Predicate<DeviceId> seen) {
    return alert.device().filter(seen).isPresent();
  }

  /** For who does not see all, so many as the newest hold. */
  private long total(Call call, Alerts.Filter filter) {
    if (call.sight().isEverything()) {
      return alerts.count(filter);
    }
    Predicate<DeviceId> seen = call.sight().devices();
    Optional<String> next = Optional.empty();
    long total = 0;
    int looked = 0;
    do {
      Page<Alert> page = alerts.page(filter, next, AT_ONCE);
      total += page.items().stream().filter(alert -> isOf(alert, seen)).count();
      next = page.next();
      looked += AT_ONCE;
    } while (next.isPresent() && looked < MOST_LOOKED_AT);
    return total;
  }

  private Reply read(Call call) {
    Alert alert = existing(call);
    return Reply.json(200, out -> write(out, alert));
  }

  private Reply acknowledge(Call call) throws IOException {
    Alert known = existing(call);
    JsonObject json = call.json();
    String note = json.require("note", json.string("note"));
    json.end();
    Alert after =
        alerts
            .acknowledge(known.id(), Access.actor(call.caller()).text(), note)
            .orElseThrow(() -> Problem.notFound("alert", known.id()));
    return Reply.json(200, out -> write(out, after));
  }

  private Alert existing(Call call) {
    String id = call.path("alert");
    boolean everything = call.sight().isEverything();
    return alerts
        .find(id)
        .filter(alert -> everything || alert.device().filter(call.sight()::sees).isPresent())
        .orElseThrow(() -> Problem.notFound("alert", id));
  }

  private void write(JsonGenerator out, Alert alert) {
    out.writeStringProperty("id", alert.id());
    out.writeStringProperty("state", Shape.word(alert.state()));
    out.writeStringProperty("class", Shape.word(alert.alertClass()));
    out.writeStringProperty("source", alert.source());
    if (alert.source().startsWith(RULE)) {
      out.writeStringProperty("rule", alert.source().substring(RULE.length()));
    }
    alert.device().ifPresent(device -> out.writeStringProperty("device", device.value()));
    out.writeStringProperty("text", alert.text());
    out.writeNumberProperty("count", alert.count());
    out.writeStringProperty("raisedAt", Shape.time(alert.raisedMicros()));
    out.writeStringProperty("lastAt", Shape.time(alert.lastMicros()));
    alert.clearedMicros().ifPresent(at -> out.writeStringProperty("clearedAt", Shape.time(at)));
    alert
        .acknowledged()
        .ifPresent(by -> {
          out.writeObjectPropertyStart("acknowledged");
          out.writeStringProperty("by", by.by());
          out.writeStringProperty("at", Shape.time(by.atMicros()));
          out.writeStringProperty("note", by.note());
          out.writeEndObject();
        });
    alert.cause().firing().ifPresent(id -> out.writeStringProperty("firing", id));
    message(alert).ifPresent(id -> out.writeStringProperty("message", id));
    if (!alert.cause().commands().isEmpty()) {
      Shape.strings(out, "commands", alert.cause().commands());
    }
  }

  /** What its device sent; a firing names the journal's offset, which may be a mark's. */
  private Optional<String> message(Alert alert) {
    return alert
        .cause()
        .message()
        .or(() ->
            alert
                .cause()
                .firing()
                .map(firing -> firing.split("~"))
                .filter(parts -> parts.length == PARTS_OF_FIRING)
                .map(parts -> new MessageId(Long.parseLong(parts[2], 16)).toString())
                .filter(id -> !ledger.trace(id, alert.device()).isEmpty()));
  }
}
