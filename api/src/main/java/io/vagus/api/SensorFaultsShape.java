package io.vagus.api;

import io.vagus.kit.Durations;
import io.vagus.model.MetricModel;
import io.vagus.model.SensorFaults;
import io.vagus.model.SensorFaults.Reference;
import io.vagus.wire.JsonObject;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.core.JsonGenerator;

/** The signs of a failing sensor that are looked for in a metric, as JSON. */
final class SensorFaultsShape {
  private SensorFaultsShape() {}

  /**
   * @param path of the metric, with a dot
   */
  static SensorFaults read(String path, JsonObject json) {
    Optional<SensorFaults.Stuck> stuck = json.object("stuck").map(j -> stuck(path, j));
    Optional<SensorFaults.Spike> spike = json.object("spike").map(j -> spike(path, j));
    Optional<SensorFaults.Noise> noise = json.object("noise").map(j -> noise(path, j));
    Optional<SensorFaults.Bias> bias = json.object("bias").map(j -> bias(path, j));
    json.end();
    return new SensorFaults(stuck, spike, noise, bias);
  }

  private static SensorFaults.Stuck stuck(String path, JsonObject json) {
    SensorFaults.Stuck other = SensorFaults.Stuck.DEFAULT;
    Duration after = after(json, other.after());
    int readings = json.integer("readings", 3, 100_000).orElse((long) other.readings()).intValue();
    json.end();
    return ProductShape.checked(path, () -> new SensorFaults.Stuck(after, readings));
  }

  private static SensorFaults.Spike spike(String path, JsonObject json) {
    double factor = json.number("factor").orElse(SensorFaults.Spike.DEFAULT.factor());
    OptionalDouble usual = json.number("usual");
    json.end();
    return ProductShape.checked(path, () -> new SensorFaults.Spike(factor, usual));
  }

  private static SensorFaults.Noise noise(String path, JsonObject json) {
    double factor = json.number("factor").orElse(SensorFaults.Noise.DEFAULT.factor());
    OptionalDouble usual = json.number("usual");
    json.end();
    return ProductShape.checked(path, () -> new SensorFaults.Noise(factor, usual));
  }

  private static SensorFaults.Bias bias(String path, JsonObject json) {
    OptionalDouble tolerance = json.number("tolerance");
    Duration after = after(json, SensorFaults.Bias.DEFAULT_AFTER);
    Reference reference = reference(path, json);
    json.end();
    if (tolerance.isEmpty()) {
      throw Problem.invalid(
          path + "faults.bias.tolerance", "missing (expected: a number in the metric's unit)");
    }
    return ProductShape.checked(
        path, () -> new SensorFaults.Bias(reference, tolerance.getAsDouble(), after));
  }

  private static Reference reference(String path, JsonObject json) {
    OptionalDouble expected = json.number("expected");
    Optional<String> metric = json.string("metric");
    Optional<String> relation = json.string("relation");
    boolean one =
        expected.isPresent() ? metric.isEmpty() && relation.isEmpty() : metric.isPresent();
    if (!one || !metric.map(MetricModel::isValidName).orElse(true)) {
      throw Problem.invalid(
          path + "faults.bias",
          "(expected: \"expected\": a value, or \"metric\": a sibling's name,"
              + " with \"relation\" that of a related device)");
    }
    if (expected.isPresent()) {
      return new Reference.Expected(expected.getAsDouble());
    }
    String name = metric.orElseThrow();
    return relation.isPresent()
        ? new Reference.Related(relation.get(), name)
        : new Reference.Sibling(name);
  }

  private static Duration after(JsonObject json, Duration other) {
    return json.string("after")
        .map(text -> json.make("after", () -> Durations.parse(text)))
        .orElse(other);
  }

  static void write(JsonGenerator out, SensorFaults faults) {
    if (faults.isNone()) {
      return;
    }
    out.writeObjectPropertyStart("faults");
    faults
        .stuck()
        .ifPresent(s -> {
          out.writeObjectPropertyStart("stuck");
          out.writeStringProperty("after", Durations.format(s.after()));
          out.writeNumberProperty("readings", s.readings());
          out.writeEndObject();
        });
    faults.spike().ifPresent(s -> write(out, "spike", s.factor(), s.usual()));
    faults.noise().ifPresent(n -> write(out, "noise", n.factor(), n.usual()));
    faults.bias().ifPresent(bias -> write(out, bias));
    out.writeEndObject();
  }

  private static void write(JsonGenerator out, String kind, double factor, OptionalDouble usual) {
    out.writeObjectPropertyStart(kind);
    Shape.number(out, "factor", factor);
    usual.ifPresent(value -> Shape.number(out, "usual", value));
    out.writeEndObject();
  }

  private static void write(JsonGenerator out, SensorFaults.Bias bias) {
    out.writeObjectPropertyStart("bias");
    switch (bias.reference()) {
      case Reference.Expected(double value) -> Shape.number(out, "expected", value);
      case Reference.Sibling(String metric) -> out.writeStringProperty("metric", metric);
      case Reference.Related(String relation, String metric) -> {
        out.writeStringProperty("relation", relation);
        out.writeStringProperty("metric", metric);
      }
    }
    Shape.number(out, "tolerance", bias.tolerance());
    out.writeStringProperty("after", Durations.format(bias.after()));
    out.writeEndObject();
  }
}
