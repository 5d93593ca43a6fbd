package io.vagus.device;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.testkit.Eventually;
import io.vagus.testkit.ManualClock;
import java.io.InputStream;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** The device gives the answers that the server gives: testkit's interlocks.json, on both sides. */
@Timeout(60)
class InterlockVectorsTest {
  private static final Instant NOW = Instant.parse("2026-11-26T10:00:00Z");

  @TestFactory
  Stream<DynamicTest> answersAsTheServerDoes() throws Exception {
    try (InputStream in = Eventually.class.getResourceAsStream("interlocks.json")) {
      byte[] json = Objects.requireNonNull(in).readAllBytes();
      byte[] whole = ("{\"all\":" + new String(json, UTF_8) + "}").getBytes(UTF_8);
      List<?> all = (List<?>) JsonReader.object(whole).orElseThrow().get("all");
      return Objects.requireNonNull(all).stream()
          .map(one -> (Map<?, ?>) one)
          .map(one -> DynamicTest.dynamicTest("" + one.get("name"), () -> judge(one)));
    }
  }

  private static void judge(Map<?, ?> vector) {
    Known known = new Known();
    map(vector.get("readings"))
        .forEach((metric, of) -> {
          Map<String, ?> reading = map(of);
          Instant time = NOW.minusMillis((Long) Objects.requireNonNull(reading.get("ageMs")));
          known.measured(Map.of(metric, Objects.requireNonNull(reading.get("value"))), time);
        });
    known.desired(map(vector.get("desired")));
    known.reported(map(vector.get("reported")));
    Interlocks interlocks =
        new Interlocks(
            Optional.empty(), "d1", known, new ManualClock(NOW.getEpochSecond() * 1_000_000));
    assertThat(interlocks.received(Json.text(message(vector)).getBytes(UTF_8))).isTrue();

    Optional<Command.Result> refusal =
        interlocks.refusal(
            new Command(
                "c1", 1, Command.Lane.NORMAL, "move", map(vector.get("given")), Optional.empty()));

    assertThat(refusal.map(Command.Result::detail).orElse(null)).isEqualTo(vector.get("refused"));
  }

  private static Map<String, Object> message(Map<?, ?> vector) {
    Map<String, Object> interlock = new LinkedHashMap<>();
    interlock.put("id", "i");
    interlock.put("expression", vector.get("expression"));
    interlock.put("message", vector.get("message"));
    if (vector.get("maxAgeMs") != null) {
      interlock.put("maxAgeMs", vector.get("maxAgeMs"));
    }
    return Map.of(
        "product",
        "valve",
        "version",
        1,
        "metrics",
        map(vector.get("metrics")),
        "commands",
        Map.of("move", Map.of("args", map(vector.get("args")), "interlocks", List.of(interlock))));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object json) {
    return json instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
  }
}
