package io.vagus.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.kit.VagusException;
import io.vagus.model.Command;
import io.vagus.model.GroupId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleCodecTest {
  private static final String WHOLE =
      """
      {"id": "overheat", "description": "…", "owner": "heating-team", "mode": "shadow",
       "products": ["pump"], "group": "acme/north",
       "windows": {"t5": {"kind": "tumbling", "metric": "temperature", "size": "5m",
                          "lateness": "30s"},
                   "s": {"kind": "sliding", "metric": "temperature", "size": "1m", "slide": "5s"},
                   "run": {"kind": "session", "metric": "power", "gap": "2m"},
                   "quiet": {"kind": "absence", "metric": "temperature", "after": "10m"}},
       "related": {"tank": {"relation": "fed-by", "product": "tank"}},
       "when": "readings.temperature.value > 80.0", "clear": "readings.temperature.value < 70.0",
       "hold": "30s", "fire": "always", "cooldown": "10m", "maxAge": "5m", "firingsPerMinute": 7,
       "effects": [{"do": "command", "device": "tank", "name": "close",
                    "arguments": {"position": "${readings.level.value * 2.0}"},
                    "lane": "priority", "deadline": "30s"},
                   {"do": "desired", "patch": {"mode": "safe"}},
                   {"do": "alert", "class": "page", "text": "Too hot"},
                   {"do": "event", "severity": "critical", "text": "It is"},
                   {"do": "send", "sink": "erp", "body": {"a": [1, null]}}],
       "clearEffects": [{"do": "send", "sink": "erp"}]}
      """;

  @Test
  void readsAllThatARuleMaySay() {
    Rule rule = RuleCodec.read(WHOLE);
    assertThat(rule.mode()).isEqualTo(Rule.Mode.SHADOW);
    assertThat(rule.group()).contains(new GroupId("acme/north"));
    assertThat(rule.windows().get("t5"))
        .isEqualTo(
            new Window.Tumbling("temperature", Duration.ofMinutes(5), Duration.ofSeconds(30)));
    assertThat(rule.effects().getFirst())
        .isEqualTo(
            new Effect.SendCommand(
                Optional.of("tank"),
                "close",
                "{\"position\":\"${readings.level.value * 2.0}\"}",
                Optional.of(Command.Lane.PRIORITY),
                Optional.of(Duration.ofSeconds(30))));
    assertThat(rule.effects()).hasSize(5);
    assertThat(RuleCodec.read(RuleCodec.text(rule))).isEqualTo(rule);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "owner"|"ownr"|owner: missing (expected: a value)
          "hold": "30s"|"hold": "30"|hold: "30" (expected: a number with us, ms, s, m, h or d, such as 250ms)
          "hold": "30s"|"hold": "30d"|hold: PT720H (expected: 0 to PT168H)
          "kind": "sliding"|"kind": "slide"|windows.s.kind: "slide" (expected: one of [absence, session, sliding, tumbling])
          "size": "1m"|"size": "9d"|windows.s.size: PT216H (expected: PT1S to PT168H)
          "slide": "5s"|"slid": "5s"|windows.s.slid: unknown field (expected one of: [kind, metric, size, slide]); did you mean slide?
          "do": "alert"|"do": "alarm"|effects[2].do: "alarm" (expected: one of [alert, command, desired, event, send])
          "class": "page"|"class": "wake"|effects[2].class: "wake" (expected: one of [page, ticket])
          "text": "Too hot"|"text": " "|effects[2].text: blank (expected: 1 to 1000 characters)
          "id": "overheat"|"id": "Over Heat"|id: Over Heat (expected: 1 to 64 of a-z, 0-9 and -)
          "firingsPerMinute": 7|"firingsPerMinute": 0|firingsPerMinute: 0 (expected: a whole number from 1 to 2147483647)
          """)
  void namesPathValueAndBoundOfWhatIsWrong(String right, String wrong, String message) {
    assertThat(WHOLE).contains(right);
    assertThatThrownBy(() -> RuleCodec.read(WHOLE.replace(right, wrong)))
        .isInstanceOf(VagusException.class)
        .hasMessage(message);
  }

  @Test
  void refusesAHugeRule() {
    String huge = "{\"a\":\"" + "x".repeat(9000) + "\"}";
    String rule = WHOLE.replace("{\"a\": [1, null]}", huge);
    assertThatThrownBy(() -> RuleCodec.read(rule))
        .hasMessage("effects[4].body: 9008 characters (expected: <= 8192)");
    assertThatThrownBy(() -> RuleCodec.read(rule + " ".repeat(RuleCodec.MAX_BYTES)))
        .hasMessageStartingWith("rule: ")
        .hasMessageEndingWith("bytes (expected: <= 65536)");
  }

  @Test
  void refusesHalfACharacter() {
    assertThatThrownBy(() -> RuleCodec.read(WHOLE.replace("Too hot", "\\ud83d")))
        .hasMessageStartingWith("rule: half a character");
  }

  @Property(tries = 300)
  void writesWhatItReads(@ForAll("rules") Rule rule) {
    assertThat(RuleCodec.read(RuleCodec.text(rule))).isEqualTo(rule);
  }

  @Provide
  Arbitrary<Rule> rules() {
    Arbitrary<String> text =
        Arbitraries.strings().ofMinLength(1).ofMaxLength(40).map(s -> "x" + sound(s));
    Arbitrary<Duration> time = Arbitraries.integers().between(0, 600).map(Duration::ofSeconds);
    Arbitrary<Optional<Duration>> maybe = time.optional();
    return Combinators.combine(
            text,
            time,
            maybe,
            windows(),
            effects(text),
            Arbitraries.of(Rule.Mode.class),
            Arbitraries.of(Rule.Fire.class),
            Arbitraries.integers().between(1, 60_000))
        .as((said, hold, maxAge, windows, effects, mode, fire, most) ->
            new Rule(
                "r-1",
                said,
                "o" + said,
                mode,
                List.of("pump", "p2"),
                maxAge.map(age -> new GroupId("g" + age.toSeconds())),
                windows,
                Map.of("tank", new Rule.Related("feeds", maxAge.map(age -> "tank"))),
                said,
                maxAge.map(age -> said),
                hold,
                fire,
                hold.multipliedBy(2),
                maxAge,
                most,
                effects,
                effects.subList(1, effects.size())));
  }

  private static String sound(String text) {
    return new String(
        text.getBytes(java.nio.charset.StandardCharsets.UTF_8),
        java.nio.charset.StandardCharsets.UTF_8);
  }

  private static Arbitrary<Map<String, Window>> windows() {
    Arbitrary<Duration> size = Arbitraries.integers().between(1, 3600).map(Duration::ofSeconds);
    Arbitrary<Window> window =
        Arbitraries.oneOf(
            size.map(s -> new Window.Tumbling("a", s, s)),
            size.map(s -> new Window.Sliding("b", s, s)),
            size.map(s -> new Window.Session("c", s, s.multipliedBy(2), s)),
            size.map(s -> new Window.Absence("d", s)));
    return Arbitraries.maps(Arbitraries.strings().alpha().ofLength(4), window).ofMaxSize(4);
  }

  private static Arbitrary<List<Effect>> effects(Arbitrary<String> text) {
    Arbitrary<Effect> effect =
        Arbitraries.oneOf(
            text.map(t ->
                new Effect.SendCommand(
                    Optional.of(t),
                    t,
                    "{\"a\":1}",
                    Optional.of(Command.Lane.NORMAL),
                    Optional.of(Duration.ofMillis(t.length())))),
            text.map(t -> new Effect.ChangeDesired(Optional.empty(), "{\"a\":{\"b\":null}}")),
            text.map(t -> new Effect.RaiseAlert(Effect.AlertClass.TICKET, t)),
            text.map(t -> new Effect.NoteEvent(Effect.Severity.WARNING, t)),
            text.map(t -> new Effect.Send(t, Optional.of("[1,2.5,\"x\"]"))),
            text.map(t -> new Effect.Send(t, Optional.empty())));
    return effect.list().ofMinSize(1).ofMaxSize(8);
  }
}
