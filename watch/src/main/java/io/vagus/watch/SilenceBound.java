package io.vagus.watch;

import io.vagus.registry.Registry;
import java.time.Duration;

/** After how long without a message a device counts as silent. */
final class SilenceBound {
  private static final int CADENCES = 3;
  private static final long WITHOUT_CADENCE_MICROS = Duration.ofMinutes(15).toNanos() / 1000;

  private final Registry registry;

  SilenceBound(Registry registry) {
    this.registry = registry;
  }

  /** From memory: three times the product's cadence, a quarter of an hour without one. */
  long micros(String product) {
    return registry
        .model(product)
        .flatMap(model -> model.cadence())
        .map(cadence -> CADENCES * (cadence.toNanos() / 1000))
        .orElse(WITHOUT_CADENCE_MICROS);
  }
}
