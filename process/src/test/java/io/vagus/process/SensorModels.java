package io.vagus.process;

import io.vagus.model.MetricModel;
import io.vagus.model.MetricType;
import io.vagus.model.ProductModel;
import io.vagus.model.SensorFaults;
import io.vagus.model.Violation;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Products of few metrics. */
final class SensorModels {
  private SensorModels() {}

  /** The open product as one that has these metrics. */
  static ProductModel open(String... metrics) {
    return product(
        "open",
        Violation.FLAG,
        Stream.of(metrics)
            .collect(Collectors.toMap(name -> name, name -> metric(name, SensorFaults.NONE))));
  }

  static ProductModel product(String id, Violation unknown, Map<String, MetricModel> metrics) {
    return new ProductModel(id, 1, id, metrics, Optional.of(unknown), Optional.empty(), 0);
  }

  static MetricModel metric(String name, SensorFaults faults) {
    return new MetricModel(
        name,
        MetricType.NUMBER,
        "",
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        Violation.FLAG,
        faults);
  }
}
