package io.vagus.api;

import io.vagus.api.Timeline.Range;
import io.vagus.api.TimelineItem.Kind;
import io.vagus.api.TimelineItem.Level;
import io.vagus.model.Desired;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import io.vagus.registry.DesiredFacts;
import io.vagus.registry.Event;
import io.vagus.registry.EventLog;
import io.vagus.registry.Subject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What the event log says of a device. Immutable. */
final class TimelineEvents {
  private static final String DESIRED = "twin.desired-changed";
  private static final int PAGE = 1000;

  /** Fields of one change. */
  private static final int NAMED = 5;

  private final EventLog log;
  private final EventLog.Filter about;

  TimelineEvents(EventLog log, DeviceId device) {
    this.log = log;
    this.about = EventLog.Filter.ALL.withSubject(Subject.device(device));
  }

  List<TimelineItem> desired(Range range, int limit) {
    return find(about.withType(DESIRED), range, limit, Kind.CONFIGURATION, event -> true);
  }

  /** But for what has a kind of its own. */
  List<TimelineItem> changes(Range range, int limit) {
    return find(
        about,
        range,
        limit,
        Kind.CHANGE,
        event -> !event.type().equals(DESIRED) && !event.type().startsWith("command."));
  }

  private List<TimelineItem> find(
      EventLog.Filter filter, Range range, int limit, Kind kind, Predicate<Event> wanted) {
    EventLog.Filter within = filter.within(time(range.fromMicros()), time(range.toMicros()));
    List<TimelineItem> items = new ArrayList<>();
    Optional<String> cursor = Optional.empty();
    do {
      Page<Event> page = log.events(within, cursor, PAGE);
      page.items().stream().filter(wanted).map(event -> item(event, kind)).forEach(items::add);
      cursor = page.next();
    } while (cursor.isPresent() && items.size() < limit);
    return items;
  }

  private static Instant time(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  /** The fields that got their value by this change, with it; what was taken away has none. */
  private static String changed(Event event) {
    Desired after = DesiredFacts.desired(new DeviceId(event.subject().name()), event.body());
    return after.changedMicros().entrySet().stream()
        .filter(field -> field.getValue() == after.updatedMicros())
        .limit(NAMED)
        .map(field ->
            field.getKey().substring(1).replace('/', '.')
                + Optional.ofNullable(after.document().fields().get(field.getKey()))
                    .map(json -> " = " + json)
                    .orElse(""))
        .collect(Collectors.joining(", "));
  }

  private static String named(Event event) {
    String fields = changed(event);
    return fields.isEmpty() ? "" : fields + ", ";
  }

  private static TimelineItem item(Event event, Kind kind) {
    boolean desired = kind == Kind.CONFIGURATION;
    return TimelineItem.at(
            ChronoUnit.MICROS.between(Instant.EPOCH, event.time()),
            kind,
            Level.INFO,
            desired ? "desired changed" : event.type().replace('.', ' ').replace('-', ' '),
            (desired ? named(event) : "") + "by " + event.actor().text())
        .of(Long.toString(event.sequence()));
  }
}
