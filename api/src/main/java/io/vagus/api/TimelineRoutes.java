package io.vagus.api;

import io.vagus.api.TimelineItem.Kind;
import io.vagus.model.Device;
import io.vagus.registry.Caller;
import io.vagus.registry.Registry;
import io.vagus.registry.Right;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * All that happened to a device and around it on one time axis; of each kind only for who may read
 * it where it comes from. Thread-safe.
 */
final class TimelineRoutes {
  private static final long HOUR_MICROS = 3_600_000_000L;
  private static final Map<String, Kind> KINDS = Shape.words(Kind.class);

  private final ApiParts parts;
  private final Registry registry;

  TimelineRoutes(ApiParts parts) {
    this.parts = parts;
    this.registry = parts.registry();
  }

  List<Route> routes() {
    return List.of(
        Route.get(
            "/api/v1/devices/{id}/timeline", Set.of("from", "to", "kinds", "limit"), this::read));
  }

  private Reply read(Call call) {
    Device device =
        registry
            .device(call.device())
            .orElseThrow(() -> Problem.notFound("device", call.device().value()));
    Set<Kind> kinds = kinds(call, device);
    long to = call.query().timeMicros("to", parts.wallClock().micros());
    long from = call.query().timeMicros("from", to - HOUR_MICROS);
    int limit = call.query().integer("limit", 1000, 1, 1000);
    Timeline timeline = new TimelineSources(parts, device.id()).timeline();
    Timeline.Page page = timeline.newest(kinds, new Timeline.Range(from, to), limit);
    return Reply.json(
        200,
        out -> {
          out.writeStringProperty("from", Shape.time(from));
          out.writeStringProperty("to", Shape.time(to));
          Shape.strings(out, "kinds", kinds.stream().map(Shape::word).toList());
          Shape.items(out, "items", page.items(), TimelineItem::write);
          page.toMicros().ifPresent(at -> out.writeStringProperty("next", Shape.time(at)));
        });
  }

  private Set<Kind> kinds(Call call, Device device) {
    EnumSet<Kind> kinds = EnumSet.allOf(Kind.class);
    call.query()
        .string("kinds")
        .ifPresent(text -> {
          kinds.clear();
          Arrays.stream(text.split(",")).map(TimelineRoutes::kind).forEach(kinds::add);
        });
    Caller caller = call.caller().orElseThrow();
    Predicate<Right> may = right -> caller.reach(right, registry.groups()).holds(device.group());
    kinds.removeIf(kind -> !may.test(right(kind)));
    return kinds;
  }

  private static Kind kind(String word) {
    Kind kind = KINDS.get(word.strip());
    if (kind == null) {
      throw Problem.invalid(
          "kinds", Problem.shown(word) + " (expected some of: " + KINDS.keySet() + ")");
    }
    return kind;
  }

  private static Right right(Kind kind) {
    return switch (kind) {
      case CONNECTION, CHANGE -> Right.FLEET_READ;
      case COMMAND, CONFIGURATION -> Right.READINGS_READ;
      case REFUSAL -> Right.REFUSALS_READ;
      case FIRING -> Right.RULE_READ;
      case ALERT -> Right.ALERT_READ;
      case MESSAGE, EVENT, LOG, DEAD_LETTER, DUPLICATE, GAP -> Right.MESSAGES_READ;
    };
  }
}
