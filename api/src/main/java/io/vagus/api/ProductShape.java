package io.vagus.api;

import io.vagus.kit.Durations;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.CommandModel;
import io.vagus.model.MetricModel;
import io.vagus.model.MetricType;
import io.vagus.model.ProductModel;
import io.vagus.model.SensorFaults;
import io.vagus.model.TwinModel;
import io.vagus.model.Violation;
import io.vagus.wire.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import tools.jackson.core.JsonGenerator;

/** A product model as JSON. */
final class ProductShape {
  private static final int MAX_METRICS = 1000;
  private static final int MAX_TEXT = 256;
  private static final String STORE = "store";

  private ProductShape() {}

  /**
   * @param id of the path; empty when the body holds it
   */
  static ProductModel read(JsonObject json, Optional<String> id) {
    Optional<String> given = json.string("id");
    String product = id.orElseGet(() -> json.require("id", given));
    if (given.isPresent() && !given.get().equals(product)) {
      throw Problem.invalid(
          "id", Problem.shown(given.get()) + " (expected: " + product + ", as the path says)");
    }
    String name = json.string("name").orElse(product);
    DeviceShape.requireLength("name", name, MAX_TEXT);
    Map<String, MetricModel> metrics =
        json.object("metrics").map(ProductShape::metrics).orElse(Map.of());
    Optional<Violation> unknown = unknownMetrics(json);
    Optional<java.time.Duration> cadence =
        json.string("cadence").map(c -> json.make("cadence", () -> Durations.parse(c)));
    int chatty = json.integer("maxMessagesPerMinute", 0, Integer.MAX_VALUE).orElse(0L).intValue();
    Map<String, CommandModel> commands = WayBackShape.commands(json);
    TwinModel twin = WayBackShape.twin(json);
    json.end();
    // The registry gives the version.
    return checked(
        "",
        () ->
            new ProductModel(product, 1, name, metrics, unknown, cadence, chatty, commands, twin));
  }

  private static Optional<Violation> unknownMetrics(JsonObject json) {
    Map<String, Optional<Violation>> choices = new TreeMap<>();
    choices.put(STORE, Optional.empty());
    Shape.words(Violation.class).forEach((word, v) -> choices.put(word, Optional.of(v)));
    return json.choice("unknownMetrics", choices).orElse(Optional.empty());
  }

  private static Map<String, MetricModel> metrics(JsonObject json) {
    if (json.names().size() > MAX_METRICS) {
      throw Problem.invalid(
          "metrics", json.names().size() + " metrics (expected: <= " + MAX_METRICS + ")");
    }
    Map<String, MetricModel> metrics = new LinkedHashMap<>();
    for (String name : json.names()) {
      if (!MetricModel.isValidName(name)) {
        throw Problem.invalid(
            "metrics",
            Problem.shown(name)
                + " (expected: 1 to 128 printable ASCII characters without space, quotes, comma)");
      }
      metrics.put(name, metric(name, json.require(name, json.object(name))));
    }
    return metrics;
  }

  static MetricModel metric(String name, JsonObject json) {
    MetricType type = json.choice("type", Shape.words(MetricType.class)).orElse(MetricType.NUMBER);
    String unit = json.string("unit").orElse("");
    DeviceShape.requireLength("metrics." + name + ".unit", unit, MAX_TEXT);
    Violation onViolation =
        json.choice("onViolation", Shape.words(Violation.class)).orElse(Violation.REFUSE);
    java.util.OptionalDouble min = json.number("min");
    java.util.OptionalDouble max = json.number("max");
    SensorFaults faults =
        json.object("faults")
            .map(f -> SensorFaultsShape.read("metrics." + name + ".", f))
            .orElse(SensorFaults.NONE);
    json.end();
    return checked(
        "metrics.", () -> new MetricModel(name, type, unit, min, max, onViolation, faults));
  }

  /** The models' own messages begin with the field; a product calls its id the product. */
  static <T> T checked(String prefix, Supplier<T> maker) {
    try {
      return maker.get();
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage()).replaceFirst("^product: ", "id: ");
      throw new VagusException(ErrorCode.INVALID_REQUEST, prefix + message);
    }
  }

  static void write(JsonGenerator out, ProductModel product) {
    out.writeStringProperty("id", product.id());
    out.writeNumberProperty("version", product.version());
    out.writeStringProperty("name", product.name());
    out.writeObjectPropertyStart("metrics");
    new TreeMap<>(product.metrics()).values().forEach(metric -> writeMetric(out, metric));
    out.writeEndObject();
    out.writeStringProperty(
        "unknownMetrics", product.unknownMetrics().map(Shape::word).orElse(STORE));
    product.cadence().ifPresent(c -> out.writeStringProperty("cadence", Durations.format(c)));
    out.writeNumberProperty("maxMessagesPerMinute", product.maxMessagesPerMinute());
    WayBackShape.write(out, product);
  }

  static void writeMetric(JsonGenerator out, MetricModel metric) {
    out.writeObjectPropertyStart(metric.name());
    out.writeStringProperty("type", Shape.word(metric.type()));
    out.writeStringProperty("unit", metric.unit());
    metric.min().ifPresent(min -> Shape.number(out, "min", min));
    metric.max().ifPresent(max -> Shape.number(out, "max", max));
    out.writeStringProperty("onViolation", Shape.word(metric.onViolation()));
    SensorFaultsShape.write(out, metric.faults());
    out.writeEndObject();
  }
}
