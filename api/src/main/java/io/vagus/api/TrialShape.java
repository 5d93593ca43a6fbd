package io.vagus.api;

import io.vagus.rule.RuleVersion;
import io.vagus.rule.trial.TrialFiring;
import io.vagus.rule.trial.TrialOrder;
import io.vagus.rule.trial.TrialResult;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** What came of a trial, as JSON. */
final class TrialShape {
  private TrialShape() {}

  /**
   * @param before why not all devices were tried
   */
  static void write(
      JsonGenerator out, TrialOrder order, TrialResult result, Optional<String> before) {
    out.writeStringProperty("from", Shape.time(order.fromMicros()));
    out.writeStringProperty("to", Shape.time(order.toMicros()));
    out.writeNumberProperty("devices", result.devices());
    out.writeNumberProperty("messages", result.messages());
    out.writeNumberProperty("readings", result.readings());
    Optional<String> why = result.truncated().or(() -> before);
    out.writeBooleanProperty("truncated", why.isPresent());
    why.ifPresent(reason -> out.writeStringProperty("why", reason));
    counts(out, "new", result.candidate(), Optional.empty());
    result
        .inForce()
        .ifPresent(counts -> counts(out, "old", counts, order.inForce().map(RuleVersion::version)));
    out.writeObjectPropertyStart("difference");
    out.writeNumberProperty("both", result.difference().both());
    out.writeNumberProperty("onlyNew", result.difference().onlyNew());
    out.writeNumberProperty("onlyOld", result.difference().onlyOld());
    out.writeEndObject();
    Shape.items(out, "firings", result.firings(), TrialShape::write);
  }

  private static void counts(
      JsonGenerator out, String name, TrialResult.Counts counts, Optional<Integer> version) {
    out.writeObjectPropertyStart(name);
    version.ifPresent(number -> out.writeNumberProperty("version", number));
    out.writeNumberProperty("raised", counts.raised());
    out.writeNumberProperty("cleared", counts.cleared());
    out.writeNumberProperty("looped", counts.looped());
    out.writeNumberProperty("errors", counts.errors());
    if (!counts.lastError().isEmpty()) {
      out.writeStringProperty("lastError", counts.lastError());
    }
    out.writeEndObject();
  }

  private static void write(JsonGenerator out, TrialFiring one) {
    out.writeStringProperty("in", Shape.word(one.in()));
    out.writeStringProperty("device", one.firing().device().value());
    out.writeStringProperty("time", Shape.time(one.firing().eventMicros()));
    out.writeStringProperty("phase", Shape.word(one.firing().phase()));
    FiringShape.writeWhat(out, one.firing());
  }
}
