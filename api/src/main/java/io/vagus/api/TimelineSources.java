package io.vagus.api;

import static io.vagus.api.TimelineItem.at;

import io.vagus.api.Timeline.Range;
import io.vagus.api.TimelineItem.Kind;
import io.vagus.api.TimelineItem.Level;
import io.vagus.command.CommandRecords;
import io.vagus.ledger.DeadLetter;
import io.vagus.ledger.DeadLetterFilter;
import io.vagus.ledger.Duplicate;
import io.vagus.ledger.DuplicateFilter;
import io.vagus.ledger.Gap;
import io.vagus.ledger.GapFilter;
import io.vagus.ledger.MessageFilter;
import io.vagus.ledger.MessageTrace;
import io.vagus.ledger.Outcome;
import io.vagus.model.Command;
import io.vagus.model.CommandState;
import io.vagus.model.DeviceId;
import io.vagus.model.Reported;
import io.vagus.watch.PastConnection;
import io.vagus.watch.Refusal;
import io.vagus.watch.RefusalLog;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** What the parts of the platform know of one device, as items of its timeline. Immutable. */
final class TimelineSources {
  private static final Map<CommandState, Level> LEVELS =
      Map.of(
          CommandState.SUCCEEDED, Level.GOOD,
          CommandState.FAILED, Level.ERROR,
          CommandState.EXPIRED, Level.ERROR,
          CommandState.REFUSED, Level.ERROR,
          CommandState.AWAITING_APPROVAL, Level.WARNING,
          CommandState.UNKNOWN, Level.WARNING);

  private final ApiParts parts;
  private final DeviceId device;
  private final TimelineNotes notes;
  private final TimelineEvents events;
  private final TimelineRules rules;

  TimelineSources(ApiParts parts, DeviceId device) {
    this.parts = parts;
    this.device = device;
    this.notes = new TimelineNotes(parts.ledger(), device);
    this.events = new TimelineEvents(parts.registry().events(), device);
    this.rules = new TimelineRules(parts.rules().alerts(), parts.rules().outbox(), device);
  }

  Timeline timeline() {
    Map<Kind, Timeline.Source> sources = new EnumMap<>(Kind.class);
    sources.put(Kind.MESSAGE, this::messages);
    sources.put(Kind.CONNECTION, this::connections);
    sources.put(Kind.COMMAND, this::commands);
    sources.put(Kind.CONFIGURATION, this::configuration);
    sources.put(Kind.EVENT, notes::events);
    sources.put(Kind.LOG, notes::logs);
    sources.put(Kind.REFUSAL, this::refusals);
    sources.put(Kind.DEAD_LETTER, this::deadLetters);
    sources.put(Kind.DUPLICATE, this::duplicates);
    sources.put(Kind.GAP, this::gaps);
    sources.put(Kind.FIRING, rules::firings);
    sources.put(Kind.ALERT, rules::alerts);
    sources.put(Kind.CHANGE, events::changes);
    return new Timeline(sources);
  }

  private List<TimelineItem> messages(Range range, int limit) {
    MessageFilter filter = new MessageFilter(device, range.fromMicros(), range.toMicros());
    return parts.ledger().messages(filter, limit).stream().map(TimelineSources::item).toList();
  }

  private static TimelineItem item(MessageTrace trace) {
    boolean good = trace.outcome() == Outcome.ACCEPTED || trace.outcome() == Outcome.PENDING;
    String detail = trace.sizeBytes() + " bytes by " + trace.transport().label();
    return at(
            trace.receivedMicros().orElse(0),
            Kind.MESSAGE,
            good || trace.outcome() == Outcome.DUPLICATE ? Level.INFO : Level.ERROR,
            Shape.word(trace.outcome()),
            detail + trace.reason().map(r -> ", " + r.code()).orElse(""))
        .of(trace.id());
  }

  private List<TimelineItem> connections(Range range, int limit) {
    return parts.watch().connections(device).stream()
        .filter(c -> c.openedMicros() < range.toMicros())
        .filter(c -> c.closedMicros().orElse(Long.MAX_VALUE) >= range.fromMicros())
        .limit(limit)
        .map(TimelineSources::item)
        .toList();
  }

  private static TimelineItem item(PastConnection c) {
    return at(
            c.openedMicros(),
            Kind.CONNECTION,
            c.closedMicros().isPresent() ? Level.INFO : Level.GOOD,
            c.closedMicros().isPresent() ? "was connected" : "is connected",
            "by " + c.transport().label() + " from " + c.address())
        .until(c.closedMicros(), c.closedMicros().isEmpty());
  }

  private List<TimelineItem> commands(Range range, int limit) {
    CommandRecords.Filter filter =
        new CommandRecords.Filter(
            Optional.of(device),
            Optional.empty(),
            Optional.empty(),
            range.fromMicros(),
            range.toMicros());
    return parts.commands().page(filter, Optional.empty(), limit).items().stream()
        .map(TimelineSources::item)
        .toList();
  }

  private static TimelineItem item(Command command) {
    Command.Step last = command.steps().getLast();
    String why = last.why().isEmpty() ? "" : ": " + last.why();
    return at(
            command.createdMicros(),
            Kind.COMMAND,
            LEVELS.getOrDefault(command.state(), Level.INFO),
            command.name() + " " + Shape.word(command.state()),
            command.arguments() + " by " + command.issuer() + why)
        .of(command.id())
        .until(
            command.isOver() ? OptionalLong.of(last.timeMicros()) : OptionalLong.empty(),
            !command.isOver())
        .by(
            command.steps().stream()
                .map(s -> new TimelineItem.Step(Shape.word(s.state()), s.timeMicros()))
                .toList());
  }

  /** What was desired, by the event log; what is reported, each field since it has its value. */
  private List<TimelineItem> configuration(Range range, int limit) {
    Stream<TimelineItem> reported =
        parts
            .reported()
            .of(device)
            .map(Reported::fields)
            .orElse(Collections.emptyNavigableMap())
            .entrySet()
            .stream()
            .map(f -> reported(f.getKey(), f.getValue()))
            .filter(i -> i.timeMicros() >= range.fromMicros() && i.timeMicros() < range.toMicros());
    return Stream.concat(events.desired(range, limit).stream(), reported).toList();
  }

  private static TimelineItem reported(String pointer, Reported.Field field) {
    return at(
        field.changedMicros(),
        Kind.CONFIGURATION,
        Level.INFO,
        "reported " + pointer.substring(1) + " = " + field.json(),
        "");
  }

  private List<TimelineItem> refusals(Range range, int limit) {
    RefusalLog.Filter named =
        new RefusalLog.Filter(
            Optional.of(device.value()),
            Optional.empty(),
            Optional.empty(),
            range.fromMicros(),
            range.toMicros());
    return parts.watch().refusals().newest(named, Long.MAX_VALUE, limit).items().stream()
        .map(TimelineSources::item)
        .filter(i -> i.timeMicros() < range.toMicros())
        .toList();
  }

  private static TimelineItem item(Refusal r) {
    String times = r.count() == 1 ? "" : r.count() + " times, ";
    TimelineItem item =
        at(
            r.firstMicros(),
            Kind.REFUSAL,
            Level.ERROR,
            "refused: " + r.reason().replace('-', ' '),
            times + "by " + r.listener().label() + " from " + r.source() + shown(r.detail()));
    return r.count() == 1 ? item : item.until(OptionalLong.of(r.lastMicros()), false);
  }

  private static String shown(String detail) {
    return detail.isEmpty() ? "" : ": " + detail;
  }

  private List<TimelineItem> deadLetters(Range range, int limit) {
    DeadLetterFilter filter =
        new DeadLetterFilter(
            Optional.of(device),
            Optional.empty(),
            Optional.empty(),
            range.fromMicros(),
            range.toMicros());
    return parts.ledger().deadLetters(filter, Optional.empty(), limit).items().stream()
        .map(TimelineSources::item)
        .toList();
  }

  private static TimelineItem item(DeadLetter letter) {
    return at(
            letter.envelope().receivedMicros(),
            Kind.DEAD_LETTER,
            Level.ERROR,
            "dead letter: " + letter.reason().code().replace('-', ' '),
            letter.why())
        .of(letter.id());
  }

  private List<TimelineItem> duplicates(Range range, int limit) {
    DuplicateFilter filter =
        new DuplicateFilter(
            Optional.of(device), Optional.empty(), range.fromMicros(), range.toMicros());
    return parts.ledger().duplicates(filter, Optional.empty(), limit).items().stream()
        .map(TimelineSources::item)
        .toList();
  }

  private static TimelineItem item(Duplicate d) {
    return at(
            d.receivedMicros(),
            Kind.DUPLICATE,
            Level.INFO,
            "came again: " + Shape.word(d.cause()).replace('-', ' '),
            "first as " + d.duplicateOf())
        .of(d.id());
  }

  private List<TimelineItem> gaps(Range range, int limit) {
    GapFilter filter = new GapFilter(Optional.of(device), range.fromMicros(), range.toMicros());
    return parts.ledger().gaps(filter, Optional.empty(), limit).items().stream()
        .map(TimelineSources::item)
        .toList();
  }

  private static TimelineItem item(Gap gap) {
    return at(
            gap.fromMicros(),
            Kind.GAP,
            Level.WARNING,
            gap.missing() + (gap.missing() == 1 ? " reading is missing" : " readings are missing"),
            "found by " + Shape.word(gap.kind()))
        .until(OptionalLong.of(gap.toMicros()), false);
  }
}
