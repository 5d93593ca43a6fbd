package io.vagus.sink;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** What is measured of one sink, from its first start until it is deleted. */
final class SinkMeters {
  private final MeterRegistry registry;
  private final String sink;
  private final List<Meter> meters = new ArrayList<>();
  private final Timer latency;

  SinkMeters(MeterRegistry registry, String sink) {
    this.registry = registry;
    this.sink = sink;
    this.latency =
        Timer.builder("vagus.sink.latency")
            .description("From the receipt of a reading until a sink had what a rule made of it")
            .tag("sink", sink)
            .publishPercentiles(0.5, 0.95, 0.99)
            .register(registry);
    meters.add(latency);
  }

  void arrived(long micros) {
    latency.record(micros, TimeUnit.MICROSECONDS);
  }

  /**
   * Shows what is counted.
   *
   * @param lagMicros of the sink as it is at work now
   */
  void show(SinkCounts counts, ToLongFunction<String> lagMicros) {
    counter("vagus.sink.delivered", "Deliveries that arrived", counts, SinkCounts::arrived);
    counter("vagus.sink.failures", "Deliveries that failed, each time", counts, SinkCounts::failed);
    counter(
        "vagus.sink.dead.letters.dropped",
        "Dead letters that went for want of room",
        counts,
        SinkCounts::dropped);
    meters.add(
        Gauge.builder("vagus.sink.dead.letters", counts, c -> c.deadLetters().get())
            .description("Deliveries that were given up and are kept")
            .tag("sink", sink)
            .register(registry));
    meters.add(
        Gauge.builder("vagus.sink.lag", sink, s -> lagMicros.applyAsLong(s) / 1e6)
            .description("Age of the oldest delivery that waits")
            .baseUnit("seconds")
            .tag("sink", sink)
            .strongReference(true)
            .register(registry));
  }

  private void counter(
      String name, String what, SinkCounts counts, ToDoubleFunction<SinkCounts> value) {
    meters.add(
        FunctionCounter.builder(name, counts, value)
            .description(what)
            .tag("sink", sink)
            .register(registry));
  }

  void remove() {
    meters.forEach(registry::remove);
  }
}
