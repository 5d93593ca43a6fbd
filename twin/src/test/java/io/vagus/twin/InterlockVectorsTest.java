package io.vagus.twin;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.expression.Guard;
import io.vagus.model.Command;
import io.vagus.model.CommandModel;
import io.vagus.model.CommandSafety;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.Document;
import io.vagus.model.DocumentPatch;
import io.vagus.model.Interlock;
import io.vagus.model.MetricModel;
import io.vagus.model.MetricType;
import io.vagus.model.ProductModel;
import io.vagus.model.Reading;
import io.vagus.model.Reported;
import io.vagus.model.TwinModel;
import io.vagus.model.Violation;
import io.vagus.registry.InMemoryRegistry;
import io.vagus.registry.Registry.NewDevice;
import io.vagus.testkit.Eventually;
import io.vagus.testkit.ManualClock;
import io.vagus.wire.DocumentCodec;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The server gives the answers that the device gives: testkit's interlocks.json, on both sides. */
@Timeout(60)
class InterlockVectorsTest {
  private static final Instant NOW = Instant.parse("2026-11-26T10:00:00Z");
  private static final long NOW_MICROS = NOW.getEpochSecond() * 1_000_000;
  private static final DeviceId D1 = new DeviceId("d1");

  @TestFactory
  Stream<DynamicTest> answersAsTheDeviceDoes() throws Exception {
    try (InputStream in = Eventually.class.getResourceAsStream("interlocks.json")) {
      return JsonMapper.shared()
          .readTree(in)
          .valueStream()
          .map(one -> DynamicTest.dynamicTest(one.path("name").asString(), () -> judge(one)))
          .toList()
          .stream();
    }
  }

  private static void judge(JsonNode vector) {
    ManualClock clock = new ManualClock(NOW_MICROS);
    InMemoryRegistry registry = new InMemoryRegistry(clock);
    ProductModel product = registry.saveProduct(product(vector));
    ProductScope.requireSound(product);
    Device device =
        registry.createDevice(new NewDevice(D1, "valve", "n", Map.of(), Optional.empty()));
    registry.desired().change(D1, patch(vector), OptionalLong.empty());
    Interlocks interlocks =
        new Interlocks(registry, d -> readings(vector), d -> reported(vector), clock);

    Document given =
        vector.has("given") ? DocumentCodec.read(vector.path("given").toString()) : Document.EMPTY;
    Optional<Guard.Refusal> refusal = interlocks.ofCommand(device, product, "move", given);

    assertThat(refusal.map(Guard.Refusal::detail).orElse(null))
        .isEqualTo(vector.path("refused").asString(null));
  }

  private static DocumentPatch patch(JsonNode vector) {
    String json = vector.has("desired") ? vector.path("desired").toString() : "{}";
    return DocumentCodec.readPatch(json.getBytes(StandardCharsets.UTF_8));
  }

  private static ProductModel product(JsonNode vector) {
    Interlock interlock =
        new Interlock(
            "i",
            vector.path("expression").asString(),
            vector.path("message").asString(),
            vector.has("maxAgeMs")
                ? Optional.of(Duration.ofMillis(vector.path("maxAgeMs").asLong()))
                : Optional.empty());
    CommandModel move =
        new CommandModel(
            "move",
            metrics(vector.path("args")),
            Set.of(),
            Command.Lane.NORMAL,
            Optional.empty(),
            Duration.ofMinutes(1),
            new CommandSafety(List.of(interlock), Optional.empty(), Optional.empty(), false));
    return new ProductModel(
        "valve",
        1,
        "Valve",
        metrics(vector.path("metrics")),
        Optional.empty(),
        Optional.empty(),
        0,
        Map.of("move", move),
        TwinModel.NONE);
  }

  private static Map<String, MetricModel> metrics(JsonNode types) {
    Map<String, MetricModel> metrics = new HashMap<>();
    types
        .properties()
        .forEach(type ->
            metrics.put(
                type.getKey(),
                new MetricModel(
                    type.getKey(),
                    MetricType.valueOf(type.getValue().asString().toUpperCase(Locale.ROOT)),
                    "",
                    OptionalDouble.empty(),
                    OptionalDouble.empty(),
                    Violation.FLAG)));
    return metrics;
  }

  /** As they are stored: booleans as 0 and 1. */
  private static List<Reading> readings(JsonNode vector) {
    List<Reading> readings = new ArrayList<>();
    vector
        .path("readings")
        .properties()
        .forEach(of -> {
          JsonNode value = of.getValue().path("value");
          long time = NOW_MICROS - of.getValue().path("ageMs").asLong() * 1000;
          double number =
              value.isBoolean() ? (value.asBoolean() ? 1 : 0) : value.asDouble(Double.NaN);
          String text = value.isString() ? value.asString() : null;
          readings.add(new Reading(D1, of.getKey(), time, time, time, number, text, 0));
        });
    return readings;
  }

  private static Optional<Reported> reported(JsonNode vector) {
    TreeMap<String, Reported.Field> fields = new TreeMap<>();
    if (vector.has("reported")) {
      DocumentCodec.read(vector.path("reported").toString())
          .fields()
          .forEach((pointer, json) -> fields.put(pointer, new Reported.Field(json, 1, 1)));
    }
    return Optional.of(new Reported(D1, fields, 0, 1));
  }
}
