package io.vagus.rule;

import io.vagus.registry.Event;
import io.vagus.registry.Fact;
import io.vagus.registry.Subject;
import io.vagus.registry.sql.Times;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What happens to rules, for the event log. Field names are stored: they never change meaning. */
final class RuleFacts {
  private static final JsonMapper MAPPER = JsonMapper.shared();
  private static final String SAVED = "rule.saved";
  private static final String DELETED = "rule.deleted";
  private static final String REBASED = "rule.rebased";

  private RuleFacts() {}

  /**
   * @param basis what changed with it
   */
  static Fact changed(RuleChange change, List<Basis> basis) {
    String body =
        JsonWriter.text(out -> {
          out.number("version", change.version())
              .number("revision", change.revision())
              .number("atMicros", Times.micros(change.at()))
              .text("by", change.by());
          change.content().ifPresent(rule -> out.json("rule", RuleCodec.text(rule)));
          write(basis, out);
        });
    return new Fact(subject(change.rule()), change.content().isPresent() ? SAVED : DELETED, body);
  }

  static Fact rebased(long revision, List<Basis> basis) {
    String body =
        JsonWriter.text(out -> {
          out.number("revision", revision);
          write(basis, out);
        });
    return new Fact(new Subject("rules", ""), REBASED, body);
  }

  private static Subject subject(String rule) {
    return new Subject("rule", rule);
  }

  private static void write(List<Basis> basis, JsonWriter out) {
    out.objects(
        "basis",
        basis,
        (o, one) ->
            o.text("kind", RuleCodec.word(one.kind()))
                .text("name", one.name())
                .number("version", one.version()));
  }

  /** Empty: only what rules are built on changed. */
  static Optional<RuleChange> change(Event event) {
    JsonNode body = MAPPER.readTree(event.body());
    return event.type().equals(REBASED)
        ? Optional.empty()
        : Optional.of(
            new RuleChange(
                event.subject().name(),
                body.path("version").asInt(),
                body.path("revision").asLong(),
                Times.instant(body.path("atMicros").asLong()),
                body.path("by").asString(),
                body.has("rule")
                    ? Optional.of(RuleCodec.read(body.path("rule").toString()))
                    : Optional.empty()));
  }

  static long revision(Event event) {
    return MAPPER.readTree(event.body()).path("revision").asLong();
  }

  static List<Basis> basis(Event event) {
    List<Basis> basis = new ArrayList<>();
    for (JsonNode one : MAPPER.readTree(event.body()).path("basis")) {
      basis.add(
          new Basis(
              RuleCodec.constant(Basis.Kind.class, one.path("kind").asString()),
              one.path("name").asString(),
              one.path("version").asInt()));
    }
    return basis;
  }
}
