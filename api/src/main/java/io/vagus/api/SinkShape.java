package io.vagus.api;

import io.vagus.rule.LoopTimes;
import io.vagus.rule.Sink;
import io.vagus.rule.SinkDeadLetter;
import io.vagus.rule.SinkState;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import tools.jackson.core.JsonGenerator;

/** How sinks look in JSON; never with a secret. */
final class SinkShape {
  /** What a sink shows and nobody sets: a PUT may send it back. */
  static final Set<String> SHOWN =
      Set.of(
          "id",
          "secretNames",
          "changedAt",
          "state",
          "lag",
          "lagSeconds",
          "delivered",
          "failed",
          "deadLetters",
          "deadLettersDropped",
          "lastError",
          "lastErrorAt");

  private SinkShape() {}

  static void write(JsonGenerator out, SinkState state) {
    Sink sink = state.sink();
    out.writeStringProperty("id", sink.name());
    out.writeStringProperty("kind", Shape.word(sink.kind()));
    if (sink.kind() != Sink.Kind.BUILT_IN) {
      out.writeStringProperty("description", sink.description());
      Shape.stringMap(out, "config", sink.config());
      Shape.strings(out, "secretNames", sink.secrets());
      out.writeStringProperty("changedAt", sink.changedAt().toString());
    }
    out.writeStringProperty("state", state.lag() > 0 && state.isFailing() ? "retrying" : "up");
    out.writeNumberProperty("lag", state.lag());
    Shape.number(out, "lagSeconds", state.lagMicros() / 1e6);
    out.writeNumberProperty("delivered", state.delivered());
    out.writeNumberProperty("failed", state.failed());
    out.writeNumberProperty("deadLetters", state.deadLetters());
    out.writeNumberProperty("deadLettersDropped", state.droppedLetters());
    state
        .lastError()
        .ifPresent(error -> {
          out.writeStringProperty("lastError", error.why());
          out.writeStringProperty("lastErrorAt", error.at().toString());
        });
  }

  static void write(JsonGenerator out, SinkDeadLetter letter) {
    out.writeStringProperty("id", letter.id());
    out.writeStringProperty("firing", letter.id().substring(0, letter.id().lastIndexOf('~')));
    out.writeStringProperty("rule", letter.rule());
    out.writeStringProperty("device", letter.device().value());
    out.writeStringProperty("receivedTime", Shape.time(letter.receivedMicros()));
    out.writeStringProperty(
        "at", Shape.time(ChronoUnit.MICROS.between(Instant.EPOCH, letter.at())));
    out.writeNumberProperty("attempts", letter.attempts());
    out.writeStringProperty("why", letter.why());
    out.writeStringProperty("body", letter.body());
  }

  static void write(JsonGenerator out, LoopTimes loop) {
    out.writeStringProperty("rule", loop.rule());
    loop.times()
        .forEach((until, times) -> {
          out.writeObjectPropertyStart(Shape.camel(until));
          out.writeNumberProperty("count", times.count());
          Shape.number(out, "p50Millis", times.p50Millis());
          Shape.number(out, "p95Millis", times.p95Millis());
          Shape.number(out, "p99Millis", times.p99Millis());
          out.writeEndObject();
        });
  }
}
