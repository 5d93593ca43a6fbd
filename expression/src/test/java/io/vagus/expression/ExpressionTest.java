package io.vagus.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.expression.Type.Plain;
import io.vagus.expression.Verdict.Outcome;
import io.vagus.kit.VagusException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ExpressionTest {
  private static final Instant NOW = Instant.parse("2026-11-26T10:00:00Z");
  private static final Scope SCOPE =
      Scope.ofDevice(
              Map.of(
                  "pressure", Plain.NUMBER,
                  "door", Plain.BOOLEAN,
                  "mode", Plain.TEXT,
                  "count", Plain.INTEGER,
                  "health.battery", Plain.NUMBER))
          .withArguments(Map.of("position", Plain.INTEGER))
          .withValue();

  private static Situation situation(Map<String, Observation> readings) {
    return new Situation(
        NOW,
        "d1",
        "valve",
        readings,
        Map.of("mode", "eco"),
        Map.of("valve", Map.of("position", 40), "list", List.of(1, 2, 3)),
        Map.of("args", Map.of("position", 55L)));
  }

  private static Observation at(Object value, int secondsAgo) {
    return new Observation(value, NOW.minusSeconds(secondsAgo), List.of());
  }

  private static Verdict judge(String text) {
    Situation situation =
        situation(
            Map.of(
                "pressure", at(7.5, 10),
                "door", at(1.0, 10),
                "mode", at("auto", 10),
                "count", at(3.0, 10)));
    return Expression.compile(text, SCOPE).judge(situation, Optional.of(Duration.ofMinutes(1)));
  }

  private static String complaint(String text) {
    try {
      Expression.compile(text, SCOPE);
      return "none";
    } catch (VagusException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '#',
      value = {
        "readings.pressure.value < 8 ; HOLDS",
        "readings.pressure.value < 7.5 ; FAILS",
        "readings.door.value ; HOLDS",
        "readings.count.value + 1 == 4 ; HOLDS",
        "readings.mode.value == 'auto' && desired.mode == 'eco' ; HOLDS",
        "readings.pressure.age == duration('10s') ; HOLDS",
        "readings.pressure.time > now - duration('1m') ; HOLDS",
        "readings.pressure.quality.size() == 0 ; HOLDS",
        "args.position > reported.valve.position ; HOLDS",
        "reported.valve.position / 80 == 0 ; UNKNOWN",
        "reported.valve.position / 80.0 == 0.5 ; HOLDS",
        "reported.list.all(x, x > 0) ; HOLDS",
        "reported.list.size() == 3 && 2 in reported.list ; HOLDS",
        "device.id == 'd1' && device.product == 'valve' ; HOLDS",
        "has(readings.`health.battery`) ; FAILS",
        "readings.`health.battery`.value > 20 ; UNKNOWN",
        "readings.`health.battery`.value > 20 || readings.door.value ; HOLDS",
        "has(readings.`health.battery`) ? readings.`health.battery`.value > 20 : true ; HOLDS",
        "reported.valve.open ; UNKNOWN",
        "reported.valve.position ; UNKNOWN",
        "value == null ; HOLDS",
        "args.position / 0 == 1 ; UNKNOWN",
      })
  void judges(String text, Outcome outcome) {
    assertThat(judge(text).outcome()).as(judge(text).why()).isEqualTo(outcome);
  }

  @Test
  void saysWhatItSawAndWhatIsMissing() {
    Verdict verdict = judge("readings.`health.battery`.value > 20 && readings.pressure.value < 8");
    assertThat(verdict.why()).isEqualTo("readings.health.battery.value is missing");
    assertThat(verdict.seen())
        .containsEntry("readings.health.battery.value", null)
        .containsEntry("readings.pressure.value", 7.5);
  }

  @Test
  void aStaleReadingIsAsGoodAsMissing() {
    Expression expression = Expression.compile("readings.pressure.value < 8", SCOPE);
    Situation old = situation(Map.of("pressure", at(7.5, 61)));
    Verdict verdict = expression.judge(old, Optional.of(Duration.ofMinutes(1)));
    assertThat(verdict.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(verdict.why()).isEqualTo("readings.pressure.value is 61 s old (expected: <= 60 s)");
    assertThat(expression.judge(old, Optional.empty()).outcome()).isEqualTo(Outcome.HOLDS);
  }

  @Test
  void aReadingOfAnotherTypeThanDeclaredIsMissing() {
    Expression expression = Expression.compile("readings.pressure.value < 8", SCOPE);
    Situation text = situation(Map.of("pressure", at("low", 1)));
    assertThat(expression.judge(text, Optional.empty()).outcome()).isEqualTo(Outcome.UNKNOWN);
    Situation nan = situation(Map.of("pressure", at(Double.NaN, 1)));
    assertThat(expression.judge(nan, Optional.empty()).outcome()).isEqualTo(Outcome.UNKNOWN);
  }

  @Test
  void namesPositionAndWhatIsExpected() {
    assertThat(complaint("readings.presure.value < 8"))
        .isEqualTo(
            "expression: at 1:9 undefined field 'presure' (expected: one of count, door,"
                + " health.battery, mode, pressure) in \"readings.presure.value < 8\"");
    assertThat(complaint("1 == 1 &&\n reading.pressure.value < 8"))
        .contains("at 2:2 undeclared reference to 'reading'")
        .contains("expected: one of args, desired, device, now, readings, reported, value");
    assertThat(complaint("args.speed > 3")).contains("at 1:5").contains("one of position");
    assertThat(complaint("readings.pressure.value < 'high'"))
        .contains("at 1:25")
        .contains("'(double, string)'");
    assertThat(complaint("readings.pressure.value"))
        .contains("is a number (expected: true or false)");
    assertThat(complaint("readings.pressure.value <")).contains("at 1:26");
    assertThat(complaint(" ")).contains("expected: 1 to 2000");
  }

  @Test
  void refusesWhatWouldCostTooMuch() {
    assertThat(complaint("reported.list.all(x, reported.list.all(y, x != y))"))
        .contains("too costly: 2 loops within one another (expected: <= 1)");
    assertThat(complaint("true" + " || true".repeat(260))).contains("expected: 1 to 2000");
    assertThat(complaint("true" + " || 1<2".repeat(150))).contains("too costly: 601");
    assertThat(complaint("(".repeat(40) + "true" + ")".repeat(40))).contains("expression: ");
  }

  @Test
  void stopsALoopThatTurnsTooOften() {
    Map<String, Object> reported = new HashMap<>();
    reported.put("list", Collections.nCopies(2000, 1));
    Situation large = new Situation(NOW, "d1", "valve", Map.of(), Map.of(), reported, Map.of());
    Verdict verdict =
        Expression.compile("reported.list.all(x, x > 0)", SCOPE).judge(large, Optional.empty());
    assertThat(verdict.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(verdict.why()).contains("1000");
  }

  @Test
  void isTheSameFromManyThreads() throws Exception {
    Expression expression = Expression.compile("readings.pressure.value < 8", SCOPE);
    List<Callable<Boolean>> tasks = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      double pressure = i % 16;
      tasks.add(() -> {
        Situation situation = situation(Map.of("pressure", at(pressure, 1)));
        Outcome outcome = expression.judge(situation, Optional.empty()).outcome();
        return outcome == (pressure < 8 ? Outcome.HOLDS : Outcome.FAILS);
      });
    }
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (Future<Boolean> right : threads.invokeAll(tasks)) {
        assertThat(right.get()).isTrue();
      }
    }
  }

  @Test
  void knowsTheMetricsItLooksAt() {
    String text =
        "readings.pressure.value < 8 && reported.list.exists(r, r > 1) && has(readings.door)";
    assertThat(Expression.compile(text, SCOPE).metrics())
        .containsExactlyInAnyOrder("pressure", "door");
  }

  @Test
  void aGuardSaysItsMessageAndTheValuesItSaw() {
    Guard guard =
        Guard.of(
            "low", "readings.pressure.value < 8", "Too much pressure", Optional.empty(), SCOPE);
    assertThat(guard.refusal(situation(Map.of("pressure", at(7.9, 1))))).isEmpty();
    Guard.Refusal refusal = guard.refusal(situation(Map.of("pressure", at(9.2, 1)))).orElseThrow();
    assertThat(refusal.interlock()).isEqualTo("low");
    assertThat(refusal.detail()).isEqualTo("Too much pressure (readings.pressure.value = 9.2)");
    assertThat(guard.refusal(situation(Map.of())).orElseThrow().detail())
        .isEqualTo("Too much pressure (cannot be judged: readings.pressure.value is missing)");
  }

  @Test
  void aGuardThatCannotBeCompiledRefuses() {
    Guard guard = Guard.of("x", "readings.gone.value < 8", "No", Optional.empty(), SCOPE);
    assertThat(guard.refusal(situation(Map.of())).orElseThrow().detail())
        .contains("undefined field 'gone'");
    assertThatThrownBy(() -> Expression.compile("readings.gone.value < 8", SCOPE))
        .isInstanceOf(VagusException.class);
  }
}
