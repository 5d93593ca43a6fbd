package io.vagus.api;

import io.vagus.rule.Rule;
import io.vagus.rule.RuleChange;
import io.vagus.rule.RuleCodec;
import io.vagus.rule.RuleVersion;
import io.vagus.wire.JsonText;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JsonGenerator;

/** Rules as JSON: their own fields, and beside them what the platform knows of them. */
final class RuleShape {
  /** Beside a rule's own fields when it is shown; who sends them back says nothing by it. */
  static final Set<String> SHOWN = Set.of("version", "revision", "at", "by");

  private RuleShape() {}

  static void write(JsonGenerator out, RuleVersion saved) {
    write(out, saved.rule());
    write(out, saved.version(), saved.revision(), saved.at(), saved.by());
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
}
