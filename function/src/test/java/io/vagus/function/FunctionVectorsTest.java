package io.vagus.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.expression.Expression;
import io.vagus.expression.Functions;
import io.vagus.expression.Observation;
import io.vagus.expression.Scope;
import io.vagus.expression.Situation;
import io.vagus.expression.Type;
import io.vagus.testkit.Eventually;
import java.io.InputStream;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.json.JsonMapper;

/** The answers that the device gives too: testkit's functions.json, on both sides. */
@Timeout(60)
class FunctionVectorsTest {
  private static final Instant NOW = Instant.parse("2026-11-26T10:00:00Z");

  @TestFactory
  Stream<DynamicTest> answersAsTheDeviceDoes() throws Exception {
    try (InputStream in = Eventually.class.getResourceAsStream("functions.json")) {
      List<?> all = JsonMapper.shared().readValue(Objects.requireNonNull(in), List.class);
      return all.stream()
          .map(one -> (Map<?, ?>) one)
          .map(one -> DynamicTest.dynamicTest("" + one.get("name"), () -> judge(one)));
    }
  }

  private static void judge(Map<?, ?> vector) {
    Map<String, Type.Plain> metrics = new HashMap<>();
    map(vector.get("metrics"))
        .forEach((name, type) ->
            metrics.put(name, Type.Plain.valueOf(type.toString().toUpperCase(Locale.ROOT))));
    Map<String, Observation> readings = new HashMap<>();
    map(vector.get("readings"))
        .forEach((name, value) -> readings.put(name, new Observation(value, NOW, List.of())));
    Functions functions = Functions.NONE;
    for (Object module : (List<?>) vector.get("modules")) {
      functions = functions.and(Manifests.shipped("" + module).functions());
    }
    Situation situation =
        new Situation(NOW, "d1", "pump", readings, Map.of(), map(vector.get("reported")), Map.of());
    String outcome =
        Expression.compile("" + vector.get("when"), Scope.ofDevice(metrics), functions)
            .judge(situation, Optional.empty())
            .outcome()
            .name();
    assertThat(outcome.toLowerCase(Locale.ROOT)).isEqualTo(vector.get("holds"));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object json) {
    return (Map<String, Object>) json;
  }
}
