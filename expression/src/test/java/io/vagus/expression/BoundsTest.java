package io.vagus.expression;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.expression.Bound.Side;
import io.vagus.expression.Type.Plain;
import io.vagus.expression.Verdict.Outcome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BoundsTest {
  private static final Scope SCOPE =
      Scope.ofDevice(Map.of("a", Plain.NUMBER, "b", Plain.INTEGER, "c.d", Plain.NUMBER));
  private static final List<String> METRICS = List.of("a", "b", "c.d");
  private static final List<String> OPERATIONS = List.of(">", ">=", "<", "<=", "==", "!=");
  private static final List<String> CONSTANTS = List.of("0", "1.5", "-2", "3.0", "-0.5", "2");
  private static final double[] VALUES = {-3, -2, -1, -0.5, 0, 1, 1.5, 2, 3, 4, 1e300, Double.NaN};

  private static List<Bound> bounds(String text) {
    return Expression.compile(text, SCOPE).bounds();
  }

  @Test
  void takesComparisonsThatMustHold() {
    assertThat(bounds("readings.a.value > 80")).containsExactly(bound("a", Side.ABOVE, 80, false));
    assertThat(bounds("-5.5 <= readings.a.value"))
        .containsExactly(bound("a", Side.ABOVE, -5.5, true));
    assertThat(bounds("readings.`c.d`.value == 2.0"))
        .containsExactly(bound("c.d", Side.ABOVE, 2, true), bound("c.d", Side.BELOW, 2, true));
    assertThat(
            bounds(
                "(readings.a.value > 1.0 && reported.mode == 'eco') && (readings.b.value < 3 &&"
                    + " readings.a.quality.size() == 0)"))
        .containsExactlyInAnyOrder(
            bound("a", Side.ABOVE, 1, false), bound("b", Side.BELOW, 3, false));
  }

  @Test
  void takesNothingElse() {
    assertThat(bounds("readings.a.value > 1.0 || readings.b.value > 1")).isEmpty();
    assertThat(bounds("!(readings.a.value > 1.0)")).isEmpty();
    assertThat(bounds("readings.a.value > 1.0 ? true : false")).isEmpty();
    assertThat(bounds("readings.a.value > readings.`c.d`.value")).isEmpty();
    assertThat(bounds("readings.a.value + 1.0 > 2.0")).isEmpty();
    assertThat(bounds("readings.a.value != 2.0")).isEmpty();
    assertThat(bounds("readings.b.value > 9007199254740992")).isEmpty();
  }

  /** Whatever the rest of a condition is: where a bound is broken or missing, it does not hold. */
  @Test
  void nothingHoldsOutsideItsBounds() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int held = 0;
    int bounded = 0;
    for (int i = 0; i < 400; i++) {
      String text = condition(random, 3);
      Expression expression = Expression.compile(text, SCOPE);
      bounded += expression.bounds().isEmpty() ? 0 : 1;
      for (int j = 0; j < 40; j++) {
        Map<String, Object> readings = readings(random);
        if (expression.test(Map.of("readings", readings)::get) == Outcome.HOLDS) {
          held++;
          assertThat(expression.bounds())
              .as("seed %d: %s with %s", seed, text, readings)
              .allMatch(bound -> admits(bound, readings));
        }
      }
    }
    assertThat(held).isPositive();
    assertThat(bounded).isPositive();
  }

  private static boolean admits(Bound bound, Map<String, Object> readings) {
    return readings.get(bound.metric()) instanceof Map<?, ?> reading
        && bound.admits((Double) reading.get("value"));
  }

  private static String condition(Random random, int depth) {
    int kind = depth == 0 ? 0 : random.nextInt(6);
    return switch (kind) {
      case 1, 2, 3 ->
          "(" + condition(random, depth - 1) + " && " + condition(random, depth - 1) + ")";
      case 4 -> "(" + condition(random, depth - 1) + " || " + condition(random, depth - 1) + ")";
      case 5 -> "!(" + condition(random, depth - 1) + ")";
      default -> comparison(random);
    };
  }

  private static String comparison(Random random) {
    String metric = one(random, METRICS);
    String value = "readings.`" + metric + "`.value";
    String operation = one(random, OPERATIONS);
    // CEL's == wants two of one type.
    String constant =
        !operation.endsWith("=")
                || operation.length() == 2 && "<>".indexOf(operation.charAt(0)) >= 0
            ? one(random, CONSTANTS)
            : metric.equals("b") ? "2" : "1.5";
    return random.nextBoolean()
        ? value + " " + operation + " " + constant
        : constant + " " + operation + " " + value;
  }

  private static <T> T one(Random random, List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private static Map<String, Object> readings(Random random) {
    Map<String, Object> readings = new HashMap<>();
    for (String metric : METRICS) {
      if (random.nextInt(5) > 0) {
        readings.put(metric, Map.of("value", VALUES[random.nextInt(VALUES.length)]));
      }
    }
    return readings;
  }

  private static Bound bound(String metric, Side side, double limit, boolean inclusive) {
    return new Bound(metric, side, limit, inclusive);
  }
}
