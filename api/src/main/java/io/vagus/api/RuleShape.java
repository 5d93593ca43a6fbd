package io.vagus.api;

import io.vagus.kit.VagusException;
import io.vagus.rule.Rule;
import io.vagus.rule.RuleChange;
import io.vagus.rule.RuleCodec;
import io.vagus.rule.RuleMeasures;
import io.vagus.rule.RuleStats;
import io.vagus.rule.RuleVersion;
import io.vagus.rule.engine.CompiledRules;
import io.vagus.rule.engine.RuleCounts;
import io.vagus.rule.engine.RuleError;
import io.vagus.rule.engine.RuleLint;
import io.vagus.wire.JsonText;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import tools.jackson.core.JsonGenerator;

/** Rules as JSON: their own fields, and beside them what the platform knows of them. */
final class RuleShape {
  /** Beside a rule's own fields when it is shown; who sends them back says nothing by it. */
  static final Set<String> SHOWN =
      Set.of("version", "revision", "at", "by", "compiled", "errors", "stats");

  private RuleShape() {}

  static void write(
      JsonGenerator out, RuleVersion saved, CompiledRules compiled, RuleMeasures measures) {
    write(out, saved.rule());
    write(out, saved.version(), saved.revision(), saved.at(), saved.by());
    List<RuleError> errors = compiled.errors(saved.rule().id());
    out.writeStringProperty("compiled", errors.isEmpty() ? "ok" : "broken");
    Shape.items(out, "errors", errors, RuleShape::write);
    RuleCounts counts = compiled.counts().get(saved.rule().id());
    if (counts != null) {
      out.writeObjectPropertyStart("stats");
      write(out, counts);
      measures.of(saved.rule().id()).ifPresent(stats -> write(out, stats));
      out.writeEndObject();
    }
  }

  private static void write(JsonGenerator out, RuleCounts counts) {
    out.writeNumberProperty("evaluated", counts.evaluated());
    out.writeNumberProperty("matched", counts.matched());
    out.writeNumberProperty("raised", counts.raised());
    out.writeNumberProperty("cleared", counts.cleared());
    out.writeNumberProperty("firing", counts.firing());
    out.writeNumberProperty("looped", counts.looped());
    out.writeNumberProperty("late", counts.late());
    out.writeNumberProperty("errors", counts.errors());
    if (!counts.lastError().isEmpty()) {
      out.writeStringProperty("lastError", counts.lastError());
    }
    Shape.number(out, "costMicros", counts.costMicros());
  }

  private static void write(JsonGenerator out, RuleStats stats) {
    write(out, "latencyMillis", stats.decided());
    write(out, "sinceEventMillis", stats.sinceEvent());
    Shape.number(out, "firedPerMinute", stats.firedPerMinute());
    out.writeNumberProperty("lag", stats.lagRecords());
  }

  private static void write(JsonGenerator out, String name, RuleStats.Latency latency) {
    out.writeObjectPropertyStart(name);
    out.writeNumberProperty("count", latency.count());
    Shape.number(out, "p50", latency.p50Millis());
    Shape.number(out, "p95", latency.p95Millis());
    Shape.number(out, "p99", latency.p99Millis());
    out.writeEndObject();
  }

  static void write(JsonGenerator out, RuleChange change) {
    write(out, change.version(), change.revision(), change.at(), change.by());
    if (change.content().isPresent()) {
      out.writeName("rule");
      out.writeRawValue(RuleCodec.text(change.content().get()));
    } else {
      out.writeBooleanProperty("deleted", true);
    }
  }

  private static void write(JsonGenerator out, int version, long revision, Instant at, String by) {
    out.writeNumberProperty("version", version);
    out.writeNumberProperty("revision", revision);
    out.writeStringProperty("at", at.toString());
    out.writeStringProperty("by", by);
  }

  private static void write(JsonGenerator out, Rule rule) {
    Object fields = JsonText.parse(RuleCodec.text(rule).getBytes(StandardCharsets.UTF_8));
    if (fields instanceof Map<?, ?> map) {
      map.forEach((name, value) -> {
        out.writeName(String.valueOf(name));
        out.writeRawValue(JsonText.of(value));
      });
    }
  }

  /** What is wrong with JSON that is no rule, at its field. */
  static RuleError error(VagusException refused) {
    String message = String.valueOf(refused.getMessage());
    String field = Problem.field(refused.code(), message);
    return field.isEmpty()
        ? new RuleError("", "body", message, OptionalInt.empty())
        : new RuleError("", field, message.substring(field.length() + 2), OptionalInt.empty());
  }

  static void write(JsonGenerator out, RuleError error) {
    out.writeStringProperty("path", error.path());
    out.writeStringProperty("message", error.message());
    error.offset().ifPresent(offset -> out.writeNumberProperty("offset", offset));
    if (!error.product().isEmpty()) {
      out.writeStringProperty("product", error.product());
    }
  }

  static void write(JsonGenerator out, RuleLint lint) {
    out.writeStringProperty("path", lint.path());
    out.writeStringProperty("message", lint.message());
    out.writeStringProperty("product", lint.product());
  }
}
