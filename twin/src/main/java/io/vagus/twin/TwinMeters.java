package io.vagus.twin;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What is measured of the twins; never by device. */
final class TwinMeters {
  private final Timer lag;
  private final Counter wholes;
  private final Counter deltas;
  private final Counter taken;

  TwinMeters(
      MeterRegistry registry,
      Supplier<Number> behind,
      Supplier<Number> held,
      Supplier<Number> queue) {
    lag =
        Timer.builder("vagus.twin.sync.lag")
            .description("From a change of desired state until the device reports that it follows")
            .serviceLevelObjectives(
                Duration.ofMillis(100),
                Duration.ofSeconds(1),
                Duration.ofSeconds(10),
                Duration.ofMinutes(1),
                Duration.ofHours(1),
                Duration.ofDays(1))
            .register(registry);
    wholes = sent(registry, "whole");
    deltas = sent(registry, "delta");
    taken =
        Counter.builder("vagus.twin.conflicts.taken")
            .description("Reported values that became desired ones by their product's rule")
            .register(registry);
    Gauge.builder("vagus.twin.behind", behind)
        .description("Devices that do not follow their desired state")
        .register(registry);
    Gauge.builder("vagus.twin.desired", held)
        .description("Devices that have a desired state")
        .register(registry);
    Gauge.builder("vagus.twin.queue", queue)
        .description("Devices whose twin is to be looked at")
        .register(registry);
  }

  private static Counter sent(MeterRegistry registry, String form) {
    return Counter.builder("vagus.twin.desired.sent")
        .description("Desired states handed to connections")
        .tag("form", form)
        .register(registry);
  }

  void followed(long afterMicros) {
    lag.record(Math.max(0, afterMicros), TimeUnit.MICROSECONDS);
  }

  void sent(boolean whole) {
    (whole ? wholes : deltas).increment();
  }

  void taken(int fields) {
    taken.increment(fields);
  }
}
