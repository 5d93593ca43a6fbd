package io.vagus.api;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.core.JsonGenerator;

/**
 * One thing on a device's time axis.
 *
 * @param untilMicros when it was over; empty for a moment, and for what still lasts
 * @param lasts whether it has begun and is not over
 * @param what in a few words
 * @param detail empty when there is nothing more to say
 * @param reference to what it is of its kind: a message's id, a command's
 * @param steps of a command
 */
record TimelineItem(
    long timeMicros,
    OptionalLong untilMicros,
    boolean lasts,
    Kind kind,
    Level level,
    String what,
    String detail,
    Optional<String> reference,
    List<Step> steps) {

  /** What it is about. */
  enum Kind {
    MESSAGE,
    CONNECTION,
    COMMAND,
    CONFIGURATION,
    EVENT,
    LOG,
    REFUSAL,
    DEAD_LETTER,
    DUPLICATE,
    GAP,
    FIRING,
    ALERT,
    CHANGE
  }

  /** How it looks at whoever is on duty. */
  enum Level {
    INFO,
    GOOD,
    WARNING,
    ERROR
  }

  /** A state on the way. */
  record Step(String state, long timeMicros) {}

  static TimelineItem at(long timeMicros, Kind kind, Level level, String what, String detail) {
    return new TimelineItem(
        timeMicros,
        OptionalLong.empty(),
        false,
        kind,
        level,
        what,
        detail,
        Optional.empty(),
        List.of());
  }

  TimelineItem until(OptionalLong micros, boolean open) {
    return new TimelineItem(timeMicros, micros, open, kind, level, what, detail, reference, steps);
  }

  TimelineItem of(String id) {
    return new TimelineItem(
        timeMicros, untilMicros, lasts, kind, level, what, detail, Optional.of(id), steps);
  }

  TimelineItem by(List<Step> states) {
    return new TimelineItem(
        timeMicros, untilMicros, lasts, kind, level, what, detail, reference, states);
  }

  static void write(JsonGenerator out, TimelineItem item) {
    out.writeStringProperty("time", Shape.time(item.timeMicros));
    item.untilMicros.ifPresent(at -> out.writeStringProperty("until", Shape.time(at)));
    if (item.lasts) {
      out.writeBooleanProperty("lasts", true);
    }
    out.writeStringProperty("kind", Shape.word(item.kind));
    out.writeStringProperty("level", Shape.word(item.level));
    out.writeStringProperty("what", item.what);
    if (!item.detail.isEmpty()) {
      out.writeStringProperty("detail", item.detail);
    }
    item.reference.ifPresent(id -> out.writeStringProperty("reference", id));
    if (!item.steps.isEmpty()) {
      Shape.items(
          out,
          "steps",
          item.steps,
          (o, step) -> {
            o.writeStringProperty("state", step.state);
            o.writeStringProperty("time", Shape.time(step.timeMicros));
          });
    }
  }
}
