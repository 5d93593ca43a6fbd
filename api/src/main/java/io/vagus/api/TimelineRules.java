package io.vagus.api;

import io.vagus.api.Timeline.Range;
import io.vagus.api.TimelineItem.Kind;
import io.vagus.api.TimelineItem.Level;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import io.vagus.rule.Action;
import io.vagus.rule.Effect.AlertClass;
import io.vagus.rule.Firing;
import io.vagus.rule.Outbox;
import io.vagus.rule.Rule;
import io.vagus.watch.Alert;
import io.vagus.watch.Alerts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What rules made of what a device said. Immutable. */
final class TimelineRules {
  private static final int PAGE = 100;

  private final Alerts alerts;
  private final Outbox outbox;
  private final DeviceId device;

  TimelineRules(Alerts alerts, Outbox outbox, DeviceId device) {
    this.alerts = alerts;
    this.outbox = outbox;
    this.device = device;
  }

  /** Those that were open in the range. */
  List<TimelineItem> alerts(Range range, int limit) {
    List<TimelineItem> items = new ArrayList<>();
    Optional<String> cursor = Optional.empty();
    do {
      Page<Alert> page = alerts.page(Alerts.Filter.ALL.ofDevice(device), cursor, PAGE);
      page.items().stream()
          .filter(alert -> alert.raisedMicros() < range.toMicros())
          .filter(alert -> alert.clearedMicros().orElse(Long.MAX_VALUE) >= range.fromMicros())
          .map(TimelineRules::item)
          .forEach(items::add);
      cursor = page.next();
    } while (cursor.isPresent() && items.size() < limit);
    return items;
  }

  private static TimelineItem item(Alert alert) {
    boolean open = alert.clearedMicros().isEmpty();
    boolean page = alert.alertClass() == AlertClass.PAGE;
    String by = alert.acknowledged().map(a -> ", " + a.by() + ": " + a.note()).orElse("");
    return TimelineItem.at(
            alert.raisedMicros(),
            Kind.ALERT,
            page ? Level.ERROR : Level.WARNING,
            alert.text(),
            Shape.word(alert.alertClass()) + " by " + alert.source() + by)
        .until(alert.clearedMicros(), open)
        .of(alert.id());
  }

  /** By when their message came: what was late is where it was judged. */
  List<TimelineItem> firings(Range range, int limit) {
    Outbox.Filter filter =
        new Outbox.Filter(Optional.empty(), Optional.of(device), range.fromMicros());
    List<TimelineItem> items = new ArrayList<>();
    OptionalLong below = OptionalLong.empty();
    do {
      Outbox.Recent page = outbox.recent(filter, below, PAGE);
      page.firings().stream()
          .filter(firing -> firing.receivedMicros() < range.toMicros())
          .map(TimelineRules::item)
          .forEach(items::add);
      below = page.next();
    } while (below.isPresent() && items.size() < limit);
    return items;
  }

  private static TimelineItem item(Firing firing) {
    String shadow = firing.mode() == Rule.Mode.SHADOW ? ", as a shadow" : "";
    return TimelineItem.at(
            firing.receivedMicros(),
            Kind.FIRING,
            level(firing.phase()),
            firing.rule() + " " + Shape.word(firing.phase()) + shadow,
            events(firing))
        .of(firing.rule());
  }

  /** What the rule notes of it. */
  private static String events(Firing firing) {
    return firing.actions().stream()
        .flatMap(
            action -> action instanceof Action.NoteEvent event ? Stream.of(event) : Stream.empty())
        .map(Action.NoteEvent::text)
        .collect(Collectors.joining("; "));
  }

  private static Level level(Firing.Phase phase) {
    return switch (phase) {
      case RAISED -> Level.WARNING;
      case CLEARED -> Level.GOOD;
      case LOOPING -> Level.ERROR;
    };
  }
}
