package io.vagus.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.kit.ErrorCode;
import io.vagus.model.MetricModel;
import io.vagus.model.MetricType;
import io.vagus.model.ProductModel;
import io.vagus.model.Quality;
import io.vagus.model.Violation;
import io.vagus.wire.Sample.MetricValue;
import io.vagus.wire.Validation.Problem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ValidationTest {
  private static MetricModel metric(String name, MetricType type, Violation violation) {
    return new MetricModel(
        name, type, "Cel", OptionalDouble.of(-40), OptionalDouble.of(85), violation);
  }

  private static ProductModel model(Optional<Violation> unknown) {
    return new ProductModel(
        "probe",
        3,
        "Probe",
        Map.of(
            "strict", metric("strict", MetricType.NUMBER, Violation.REFUSE),
            "lenient", metric("lenient", MetricType.NUMBER, Violation.FLAG),
            "count", metric("count", MetricType.INTEGER, Violation.FLAG),
            "on", metric("on", MetricType.BOOLEAN, Violation.REFUSE),
            "mode", metric("mode", MetricType.TEXT, Violation.REFUSE)),
        unknown,
        Optional.empty(),
        0);
  }

  private static Optional<Problem> check(MetricValue value, Optional<Violation> unknown) {
    return Validation.check(
        List.of(Sample.of(0, MetricValue.number("strict", 1)), Sample.of(0, value)),
        model(unknown));
  }

  private static void assertRefused(MetricValue value, ErrorCode code, String why) {
    assertThat(check(value, Optional.of(Violation.REFUSE))).contains(new Problem(code, why));
  }

  private static int quality(MetricValue value, Optional<Violation> unknown) {
    assertThat(check(value, unknown)).isEmpty();
    return Validation.quality(value, model(unknown), model(unknown).metric(value.name()));
  }

  @Test
  void refusesWhatTheModelRefusesAndSaysWhy() {
    assertRefused(
        MetricValue.number("strict", 85.5),
        ErrorCode.VALUE_OUT_OF_RANGE,
        "strict: 85.5 (expected: -40.0 to 85.0 Cel)");
    assertRefused(
        MetricValue.number("humidity", 5),
        ErrorCode.METRIC_UNKNOWN,
        "humidity: 5.0 (expected: a metric of product probe version 3)");
    assertRefused(
        MetricValue.text("strict", "hot"),
        ErrorCode.VALUE_WRONG_TYPE,
        "strict: \"hot\" (expected: NUMBER)");
  }

  @Test
  void refusesAWrongTypeWhateverTheModelSaysOfRanges() {
    assertRefused(
        MetricValue.number("count", 1.5),
        ErrorCode.VALUE_WRONG_TYPE,
        "count: 1.5 (expected: INTEGER)");
    assertRefused(
        MetricValue.integer("on", 1), ErrorCode.VALUE_WRONG_TYPE, "on: 1.0 (expected: BOOLEAN)");
    assertRefused(
        MetricValue.bool("mode", true), ErrorCode.VALUE_WRONG_TYPE, "mode: true (expected: TEXT)");
  }

  @Test
  void flagsWhatTheModelOnlyFlags() {
    Optional<Violation> flag = Optional.of(Violation.FLAG);
    assertThat(quality(MetricValue.number("lenient", 99), flag)).isEqualTo(Quality.OUT_OF_RANGE);
    assertThat(quality(MetricValue.number("lenient", 85), flag)).isEqualTo(Quality.GOOD);
    assertThat(quality(MetricValue.number("humidity", 5), flag)).isEqualTo(Quality.UNKNOWN_METRIC);
    assertThat(quality(MetricValue.number("humidity", 5), Optional.empty()))
        .isEqualTo(Quality.GOOD);
    assertThat(quality(MetricValue.number("count", 21), flag)).isEqualTo(Quality.GOOD);
    assertThat(quality(MetricValue.bool("on", true), flag)).isEqualTo(Quality.GOOD);
  }

  @Test
  void takesWhatEveryDeviceMaySayOfItselfAndLetsTheModelSayOtherwise() {
    Optional<Violation> refuse = Optional.of(Violation.REFUSE);
    assertThat(quality(MetricValue.number("health.battery", 87), refuse)).isEqualTo(Quality.GOOD);
    assertThat(quality(MetricValue.number("health.battery", 101), refuse))
        .isEqualTo(Quality.OUT_OF_RANGE);
    assertThat(quality(MetricValue.text("health.firmware", "1.2"), refuse)).isEqualTo(Quality.GOOD);
    assertThat(check(MetricValue.text("health.uptime", "long"), refuse).orElseThrow().code())
        .isEqualTo(ErrorCode.VALUE_WRONG_TYPE);
    assertThat(check(MetricValue.number("health.other", 1), refuse).orElseThrow().code())
        .isEqualTo(ErrorCode.METRIC_UNKNOWN);
    ProductModel own =
        new ProductModel(
            "probe",
            1,
            "",
            Map.of("health.battery", metric("health.battery", MetricType.TEXT, Violation.FLAG)),
            refuse,
            Optional.empty(),
            0);
    Sample number = Sample.of(0, MetricValue.number("health.battery", 87));
    assertThat(Validation.check(List.of(number), own).orElseThrow().code())
        .isEqualTo(ErrorCode.VALUE_WRONG_TYPE);
  }
}
