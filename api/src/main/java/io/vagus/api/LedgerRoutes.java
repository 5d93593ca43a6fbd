package io.vagus.api;

import io.vagus.command.CommandRequest;
import io.vagus.ledger.Balance;
import io.vagus.ledger.Duplicate;
import io.vagus.ledger.DuplicateCause;
import io.vagus.ledger.DuplicateFilter;
import io.vagus.ledger.Gap;
import io.vagus.ledger.GapFilter;
import io.vagus.ledger.Ledger;
import io.vagus.ledger.MessageId;
import io.vagus.ledger.MessageTrace;
import io.vagus.ledger.Outcome;
import io.vagus.model.DeviceId;
import io.vagus.model.Transport;
import io.vagus.registry.Actor;
import io.vagus.rule.Action;
import io.vagus.rule.Firing;
import io.vagus.rule.Outbox;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import tools.jackson.core.JsonGenerator;

/** What became of the messages. Thread-safe. */
final class LedgerRoutes {
  private static final Set<String> GAPS = Set.of("device", "from", "to", "cursor", "limit");
  private static final Set<String> DUPLICATES =
      Set.of("device", "cause", "from", "to", "cursor", "limit");

  private final Ledger ledger;
  private final Outbox outbox;

  LedgerRoutes(Ledger ledger, Outbox outbox) {
    this.ledger = ledger;
    this.outbox = outbox;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/api/v1/ledger", call -> balance()),
        Route.get("/api/v1/messages/{id}", Set.of("device"), this::trace),
        Route.get("/api/v1/devices/{id}/messages", Set.of("outcome", "limit"), this::recent),
        Route.get("/api/v1/duplicates", DUPLICATES, this::duplicates),
        Route.get("/api/v1/gaps", GAPS, this::gaps));
  }

  static int limit(Call call) {
    return call.query().integer("limit", 100, 1, 1000);
  }

  private Reply balance() {
    Balance balance = ledger.balance();
    return Reply.json(
        200,
        out -> {
          out.writeBooleanProperty("balanced", balance.balanced());
          writeLine(out, "total", balance.total());
          out.writeObjectPropertyStart("listeners");
          new TreeMap<Transport, Balance.Line>(balance.listeners())
              .forEach((transport, line) -> writeLine(out, transport.label(), line));
          out.writeEndObject();
        });
  }

  private static void writeLine(JsonGenerator out, String name, Balance.Line line) {
    out.writeObjectPropertyStart(name);
    writeLine(out, line);
    out.writeEndObject();
  }

  /** Its members. */
  static void writeLine(JsonGenerator out, Balance.Line line) {
    out.writeNumberProperty("received", line.received());
    out.writeNumberProperty("accepted", line.accepted());
    out.writeNumberProperty("rejected", line.rejected());
    out.writeNumberProperty("deadLettered", line.deadLettered());
    out.writeNumberProperty("duplicate", line.duplicate());
    out.writeNumberProperty("pending", line.pending());
    out.writeNumberProperty("difference", line.difference());
    writeCounts(out, "reasons", line.reasons());
    writeCounts(out, "causes", line.causes());
  }

  static <E extends Enum<E>> void writeCounts(JsonGenerator out, String name, Map<E, Long> counts) {
    out.writeObjectPropertyStart(name);
    new TreeMap<>(counts)
        .forEach((word, count) -> out.writeNumberProperty(Shape.word(word), count));
    out.writeEndObject();
  }

  private Reply trace(Call call) {
    Predicate<DeviceId> seen = call.sight().devices();
    List<MessageTrace> traces =
        ledger.trace(call.path("id"), call.queriedDevice()).stream()
            .filter(trace -> seen.test(trace.device()))
            .toList();
    if (traces.isEmpty()) {
      throw Problem.notFound("message", call.path("id"));
    }
    return Reply.json(200, out -> Shape.items(out, "messages", traces, this::writeWay));
  }

  /** With what it brought about. What its record did for other devices is none of it. */
  private void writeWay(JsonGenerator out, MessageTrace trace) {
    writeTrace(out, trace);
    List<Firing> firings =
        MessageId.parse(trace.id()).map(id -> outbox.at(id.offset())).orElse(List.of()).stream()
            .filter(firing -> firing.device().equals(trace.device()))
            .toList();
    Shape.items(out, "firings", firings, LedgerRoutes::writeFiring);
  }

  private static void writeFiring(JsonGenerator out, Firing firing) {
    out.writeStringProperty("id", firing.id());
    out.writeStringProperty("rule", firing.rule());
    out.writeStringProperty("phase", Shape.word(firing.phase()));
    List<String> commands = new ArrayList<>();
    for (int i = 0; i < firing.actions().size(); i++) {
      if (firing.actions().get(i) instanceof Action.SendCommand) {
        commands.add(CommandRequest.keyedId(Actor.rule(firing.rule()).text(), firing.actionId(i)));
      }
    }
    Shape.strings(out, "commands", commands);
  }

  private Reply recent(Call call) {
    Optional<Outcome> outcome = call.query().choice("outcome", Shape.words(Outcome.class));
    return Shape.page(ledger.recent(call.device(), outcome, limit(call)), LedgerRoutes::writeTrace);
  }

  static void writeTrace(JsonGenerator out, MessageTrace trace) {
    out.writeStringProperty("id", trace.id());
    out.writeStringProperty("device", trace.device().value());
    trace.gateway().ifPresent(g -> out.writeStringProperty("gateway", g.value()));
    trace.deviceMessageId().ifPresent(id -> out.writeStringProperty("deviceMessageId", id));
    out.writeStringProperty("listener", trace.transport().label());
    out.writeStringProperty("outcome", Shape.word(trace.outcome()));
    trace.reason().ifPresent(r -> out.writeStringProperty("reason", r.code()));
    trace.why().ifPresent(why -> out.writeStringProperty("why", why));
    trace.cause().ifPresent(c -> out.writeStringProperty("cause", Shape.word(c)));
    trace.duplicateOf().ifPresent(d -> out.writeStringProperty("duplicateOf", d));
    out.writeNumberProperty("sizeBytes", trace.sizeBytes());
    writeTime(out, "generatedTime", trace.generatedMicros());
    writeTime(out, "receivedTime", trace.receivedMicros());
    writeTime(out, "durableTime", trace.durableMicros());
    writeTime(out, "processedTime", trace.processedMicros());
    writeTime(out, "storedTime", trace.storedMicros());
  }

  private static void writeTime(JsonGenerator out, String name, OptionalLong micros) {
    micros.ifPresent(m -> out.writeStringProperty(name, Shape.time(m)));
  }

  private Reply duplicates(Call call) {
    Query query = call.query();
    DuplicateFilter filter =
        new DuplicateFilter(
            call.queriedDevice(),
            query.choice("cause", Shape.words(DuplicateCause.class)),
            query.fromMicros(),
            query.toMicros());
    return Shape.page(
        ledger.duplicates(
            filter.within(call.sight().devices()), query.string("cursor"), limit(call)),
        LedgerRoutes::writeDuplicate);
  }

  private static void writeDuplicate(JsonGenerator out, Duplicate duplicate) {
    out.writeStringProperty("device", duplicate.device().value());
    out.writeStringProperty("id", duplicate.id());
    duplicate
        .path()
        .ifPresent(path -> {
          out.writeStringProperty("listener", path.listener().label());
          path.gateway().ifPresent(g -> out.writeStringProperty("gateway", g.value()));
        });
    out.writeStringProperty("duplicateOf", duplicate.duplicateOf());
    duplicate.firstPath().ifPresent(path -> writeFirst(out, path));
    out.writeStringProperty("cause", Shape.word(duplicate.cause()));
    out.writeStringProperty("receivedTime", Shape.time(duplicate.receivedMicros()));
  }

  private static void writeFirst(JsonGenerator out, Duplicate.Path path) {
    out.writeStringProperty("duplicateOfListener", path.listener().label());
    path.gateway().ifPresent(g -> out.writeStringProperty("duplicateOfGateway", g.value()));
    out.writeStringProperty("duplicateOfTime", Shape.time(path.receivedMicros()));
  }

  private Reply gaps(Call call) {
    Query query = call.query();
    GapFilter filter = new GapFilter(call.queriedDevice(), query.fromMicros(), query.toMicros());
    return Shape.page(
        ledger.gaps(filter.within(call.sight().devices()), query.string("cursor"), limit(call)),
        LedgerRoutes::writeGap);
  }

  private static void writeGap(JsonGenerator out, Gap gap) {
    out.writeStringProperty("device", gap.device().value());
    out.writeStringProperty("kind", Shape.word(gap.kind()));
    out.writeStringProperty("from", Shape.time(gap.fromMicros()));
    out.writeStringProperty("to", Shape.time(gap.toMicros()));
    out.writeNumberProperty("missing", gap.missing());
  }
}
