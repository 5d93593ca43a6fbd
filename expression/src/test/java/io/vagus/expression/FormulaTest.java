package io.vagus.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.expression.Type.Plain;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FormulaTest {
  private static final Scope SCOPE =
      Scope.ofDevice(Map.of("temperature", Plain.NUMBER, "count", Plain.INTEGER))
          .with(
              "windows",
              new Type.Fields(
                  "window",
                  Map.of(
                      "last5",
                      new Type.Fields(
                          "value of a window",
                          Map.of("mean", Plain.NUMBER, "values", Plain.NUMBERS)))));
  private static final Functions FUNCTIONS =
      new Functions(
          Map.of(
              "unit.fahrenheit",
              new Function(
                  List.of(Plain.NUMBER), Plain.NUMBER, a -> (Double) a.getFirst() * 9 / 5 + 32),
              "signal.sum",
              new Function(List.of(Plain.NUMBERS), Plain.NUMBER, a -> sum((List<?>) a.getFirst())),
              "text.join",
              new Function(
                  List.of(Plain.TEXT, Plain.NUMBER, Plain.NUMBER),
                  Plain.TEXT,
                  a -> a.get(0) + ":" + a.get(1) + ":" + a.get(2)),
              "bad.nan",
              new Function(List.of(), Plain.NUMBER, a -> Double.NaN),
              "bad.none",
              new Function(
                  List.of(),
                  Plain.NUMBER,
                  a -> {
                    throw new FunctionException("5 turns (expected: <= 4)");
                  })));

  private static final Map<String, Object> VALUES =
      Map.of(
          "readings",
          Map.of("temperature", Map.of("value", 21.5), "count", Map.of("value", 4)),
          "reported",
          Map.of("samples", List.of(1, 2.5), "mode", "eco"),
          "windows",
          Map.of("last5", Map.of("mean", 20.0, "values", List.of(1, 2.0, 3L))),
          "device",
          Map.of("id", "pump-1", "product", "pump"),
          "now",
          Instant.parse("2026-11-26T10:00:00Z"));

  private static double sum(List<?> numbers) {
    return numbers.stream().mapToDouble(n -> (Double) n).sum();
  }

  private static Answer answer(String text) {
    return Formula.compile(text, SCOPE, FUNCTIONS).evaluate(VALUES::get);
  }

  private static Object value(String text) {
    return ((Answer.Given) answer(text)).json();
  }

  private static String why(String text) {
    return ((Answer.Unknown) answer(text)).why();
  }

  private static Answer fill(Object json) {
    return Template.compile(json, SCOPE, FUNCTIONS).fill(VALUES::get);
  }

  @Test
  void givesAnyValue() {
    assertThat(value("readings.temperature.value * 2.0")).isEqualTo(43.0);
    assertThat(value("readings.count.value + 1")).isEqualTo(5L);
    assertThat(value("device.id + '!'")).isEqualTo("pump-1!");
    assertThat(value("readings.temperature.value > windows.last5.mean")).isEqualTo(true);
    assertThat(value("[1, 2.5, 'x', null]")).asString().isEqualTo("[1, 2.5, x, null]");
    assertThat(value("{'mode': reported.mode, 'at': now}"))
        .isEqualTo(Map.of("mode", "eco", "at", "2026-11-26T10:00:00Z"));
    assertThat(value("duration('90s')")).isEqualTo("90s");
    assertThat(value("reported")).asString().contains("samples=[1.0, 2.5]");
  }

  @Test
  void saysWhyThereIsNone() {
    Map<String, Object> nothing = Map.of();
    Formula formula = Formula.compile("readings.temperature.value * 2.0", SCOPE, FUNCTIONS);
    assertThat(formula.evaluate(nothing::get))
        .isEqualTo(new Answer.Unknown("readings.temperature.value is missing"));
    assertThat(why("1 / 0")).contains("by zero");
  }

  @Test
  void callsFunctions() {
    assertThat(value("unit.fahrenheit(readings.temperature.value)")).isEqualTo(70.7);
    assertThat(value("unit.fahrenheit(readings.count.value)")).isEqualTo(39.2);
    assertThat(value("unit.fahrenheit(100)")).isEqualTo(212.0);
    assertThat(value("signal.sum(reported.samples)")).isEqualTo(3.5);
    assertThat(value("signal.sum([1, 2.5, readings.count.value])")).isEqualTo(7.5);
    assertThat(value("signal.sum(windows.last5.values)")).isEqualTo(6.0);
    assertThat(value("text.join('a', 1, 2.5)")).isEqualTo("a:1.0:2.5");
    Expression hot =
        Expression.compile("unit.fahrenheit(readings.temperature.value) > 70", SCOPE, FUNCTIONS);
    assertThat(hot.test(VALUES::get)).isEqualTo(Verdict.Outcome.HOLDS);
    assertThat(hot.judge(VALUES::get).seen()).containsOnlyKeys("readings.temperature.value");
  }

  @Test
  void aFunctionWithoutAResultIsUnknownAndSaysWhy() {
    assertThat(why("bad.none() + 1.0")).contains("bad.none: 5 turns (expected: <= 4)");
    assertThat(why("bad.nan() + 1.0")).contains("bad.nan: its result is no finite number");
    assertThat(why("signal.sum(['x'])"))
        .contains("signal.sum: argument 1 is no list of finite numbers");
    assertThat(why("unit.fahrenheit(reported.mode)")).isNotEmpty();
    Expression unknown = Expression.compile("bad.none() > 1.0", SCOPE, FUNCTIONS);
    assertThat(unknown.judge(VALUES::get).why()).contains("5 turns");
    Expression either = Expression.compile("bad.none() > 1.0 || true", SCOPE, FUNCTIONS);
    assertThat(either.test(VALUES::get)).isEqualTo(Verdict.Outcome.HOLDS);
  }

  @Test
  void refusesAWrongCallWhenItIsWritten() {
    assertThatThrownBy(() -> answer("unit.fahrenheit('x')")).hasMessageContaining("at 1:16");
    assertThatThrownBy(() -> answer("unit.kelvin(1.0)")).hasMessageContaining("unit.kelvin");
    assertThatThrownBy(() -> answer("signal.sum(1.0)")).hasMessageContaining("at 1:11");
    assertThatThrownBy(() -> answer("windows.last6.mean"))
        .hasMessageContaining("undefined field 'last6' (expected: one of last5)");
    assertThatThrownBy(() -> new Functions(Map.of("size", FUNCTIONS.byName().get("bad.nan"))))
        .hasMessageContaining("expected: module.function");
  }

  @Test
  void fillsTemplates() {
    assertThat(fill("Too hot: ${readings.temperature.value} °C, ${readings.count.value} times"))
        .isEqualTo(new Answer.Given("Too hot: 21.5 °C, 4 times"));
    assertThat(fill("${readings.count.value + 1}")).isEqualTo(new Answer.Given(5L));
    assertThat(fill(" ${1 + 1}")).isEqualTo(new Answer.Given(" 2"));
    assertThat(fill("${{'a': '}'}}")).isEqualTo(new Answer.Given(Map.of("a", "}")));
    assertThat(fill("$${x} costs ${'$'}1")).isEqualTo(new Answer.Given("${x} costs $1"));
    assertThat(fill("x ${7.0} ${[1.0, 'b']} ${null}"))
        .isEqualTo(new Answer.Given("x 7 [1, \"b\"] null"));
    assertThat(fill("")).isEqualTo(new Answer.Given(""));
  }

  @Test
  void fillsDocuments() {
    Map<String, Object> json =
        Map.of("position", "${readings.count.value * 2}", "list", List.of("${device.id}", 3, true));
    assertThat(fill(json))
        .isEqualTo(new Answer.Given(Map.of("position", 8L, "list", List.of("pump-1", 3, true))));
    assertThat(fill(Map.of("a", "${reported.gone}")))
        .isEqualTo(new Answer.Unknown("reported.gone is missing"));
    assertThat(Template.compile(json, SCOPE, FUNCTIONS).paths())
        .containsExactlyInAnyOrder(List.of("readings", "count", "value"), List.of("device", "id"));
  }

  @Test
  void aTemplatesComplaintNamesThePlace() {
    assertThatThrownBy(() -> fill(Map.of("a", List.of(1, "${readings.x.value}"))))
        .hasMessageStartingWith("/a/1: expression: at 1:9 undefined field 'x'");
    assertThatThrownBy(() -> fill("x ${1 + 1"))
        .hasMessage("template: ${ at 3 has no end (expected: })");
    assertThatThrownBy(() -> fill(Map.of("a", "${}"))).hasMessageStartingWith("/a: expression: ");
    Object deep = "x";
    for (int i = 0; i < 20; i++) {
      deep = new ArrayList<>(List.of(deep));
    }
    Object tooDeep = deep;
    assertThatThrownBy(() -> fill(tooDeep)).hasMessageContaining("17 levels (expected: <= 16)");
  }
}
