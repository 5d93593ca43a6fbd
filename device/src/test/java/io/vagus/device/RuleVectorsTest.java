package io.vagus.device;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.function.Shipped;
import io.vagus.kit.VagusException;
import io.vagus.testkit.Eventually;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** A device's conditions, and that they are the server's: testkit's functions.json. */
@Timeout(60)
class RuleVectorsTest {
  private static final Instant NOW = Instant.parse("2026-11-26T10:00:00Z");

  private final Known known = new Known();
  private final List<Boolean> acts = new ArrayList<>();

  private Rules rules(Rule.Trigger trigger) {
    Consumer<String> failed =
        why -> {
          throw new AssertionError(why);
        };
    return new Rules(
        List.of(new Rule(trigger, "fan", acts::add)),
        "d1",
        known,
        (actuator, on) -> Optional.empty(),
        failed);
  }

  private static Rule.Module module(String name) {
    return new Rule.Module(name, Shipped.module(name), Shipped.manifest(name));
  }

  private void measure(Rules rules, Map<String, ?> values) {
    known.measured(values, NOW);
    rules.judge(
        new Message.Telemetry(Priority.NORMAL, Optional.of(NOW), values),
        report -> assertThat(report.values()).containsOnlyKeys("fan"));
  }

  @TestFactory
  Stream<DynamicTest> answersAsTheServerDoes() throws Exception {
    try (InputStream in = Eventually.class.getResourceAsStream("functions.json")) {
      byte[] json = Objects.requireNonNull(in).readAllBytes();
      byte[] whole = ("{\"all\":" + new String(json, UTF_8) + "}").getBytes(UTF_8);
      List<?> all = (List<?>) JsonReader.object(whole).orElseThrow().get("all");
      return Objects.requireNonNull(all).stream()
          .map(one -> (Map<?, ?>) one)
          .map(one ->
              DynamicTest.dynamicTest(
                  "" + one.get("name"), () -> new RuleVectorsTest().judge(one)));
    }
  }

  /** Whether the condition holds it says by going on, whether it fails by going off again. */
  private void judge(Map<?, ?> vector) {
    List<Rule.Module> modules =
        ((List<?>) vector.get("modules")).stream().map(name -> module("" + name)).toList();
    String when = "" + vector.get("when");
    Map<String, String> metrics = map(vector.get("metrics"));
    known.reported(map(vector.get("reported")));
    measure(
        rules(new Rule.Condition(when, Optional.empty(), metrics, modules)),
        map(vector.get("readings")));
    boolean holds = !acts.isEmpty();
    acts.clear();
    measure(
        rules(new Rule.Condition("!(" + when + ")", Optional.empty(), metrics, modules)),
        map(vector.get("readings")));
    assertThat(holds ? "holds" : acts.isEmpty() ? "unknown" : "fails")
        .isEqualTo(vector.get("holds"));
  }

  @SuppressWarnings("unchecked")
  private static <V> Map<String, V> map(Object json) {
    return (Map<String, V>) json;
  }

  @Test
  void goesOffByAConditionOfItsOwn() {
    Rules rules =
        rules(
            new Rule.Condition(
                "vibration.rms(reported.samples) > 2.0 && readings.speed.value > 10.0",
                Optional.of("readings.speed.value < 5.0"),
                Map.of("speed", "number", "other", "number"),
                List.of(module("vibration"))));
    known.reported(Map.of("samples", List.of(3, -3)));
    measure(rules, Map.of("speed", 11));
    measure(rules, Map.of("speed", 7)); // neither
    measure(rules, Map.of("other", 1)); // no metric of its own
    measure(rules, Map.of("speed", "fast")); // cannot be told
    assertThat(acts).containsExactly(true);
    measure(rules, Map.of("speed", 4));
    assertThat(acts).containsExactly(true, false);
  }

  @Test
  void refusesWhatCannotBeJudgedWhenItIsOpened() {
    assertThatThrownBy(() ->
            rules(
                new Rule.Condition(
                    "readings.sped.value > 1.0",
                    Optional.empty(),
                    Map.of("speed", "number"),
                    List.of())))
        .isInstanceOf(VagusException.class)
        .hasMessageContaining("undefined field 'sped' (expected: one of speed)");
  }
}
