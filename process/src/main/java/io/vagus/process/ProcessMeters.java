package io.vagus.process;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vagus.kit.ErrorCode;
import io.vagus.ledger.DuplicateCause;
import io.vagus.ledger.Outcome;
import io.vagus.model.Envelope;
import io.vagus.watch.LatencyCounts;
import io.vagus.watch.MessageWatch;
import io.vagus.wire.Sample;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What is measured of the processing, by product. Written by the processing thread. */
final class ProcessMeters {
  private static final Duration[] LATENCIES = {
    Duration.ofMillis(10),
    Duration.ofMillis(100),
    Duration.ofSeconds(1),
    Duration.ofSeconds(10),
    Duration.ofMinutes(1),
    Duration.ofHours(1),
    Duration.ofDays(1)
  };

  private final MeterRegistry registry;
  private final MessageWatch watch;
  private final Map<String, Product> products = new HashMap<>();
  private final Timer checkpoint;

  private record Product(
      Counter accepted,
      Counter readings,
      Timer latency,
      LatencyCounts latencies,
      Map<ErrorCode, Counter> deadLettered,
      Map<DuplicateCause, Counter> duplicates) {}

  ProcessMeters(MeterRegistry registry, MessageWatch watch) {
    this.registry = registry;
    this.watch = watch;
    this.checkpoint =
        Timer.builder("vagus.process.checkpoint")
            .description("Time to write a checkpoint")
            .register(registry);
  }

  void decided(Envelope envelope, Effects effects) {
    Product product = products.get(envelope.product());
    if (product == null) {
      product = product(envelope.product());
      products.put(envelope.product(), product);
    }
    if (effects.outcome == Outcome.ACCEPTED) {
      accepted(product, envelope, effects);
    } else if (effects.outcome == Outcome.DEAD_LETTERED) {
      product
          .deadLettered
          .computeIfAbsent(
              effects.reason,
              reason -> undelivered("dead-lettered", envelope.product(), reason.code()))
          .increment();
    } else if (effects.cause != null) {
      product
          .duplicates
          .computeIfAbsent(
              effects.cause, cause -> undelivered("duplicate", envelope.product(), word(cause)))
          .increment();
    }
  }

  private static void accepted(Product product, Envelope envelope, Effects effects) {
    product.accepted.increment();
    if (!effects.readings.isEmpty()) {
      product.readings.increment(effects.readings.size());
      product.latency.record(effects.latencyMicros(), TimeUnit.MICROSECONDS);
      long deliveryMicros = effects.deliveryMicros(envelope);
      if (deliveryMicros != Sample.ABSENT) {
        product.latencies.record(deliveryMicros);
      }
    }
  }

  private static String word(DuplicateCause cause) {
    return cause.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  void checkpointed(long nanos) {
    checkpoint.record(nanos, TimeUnit.NANOSECONDS);
  }

  private Counter undelivered(String outcome, String product, String reason) {
    return Counter.builder("vagus.process.not.accepted")
        .description("Messages that became dead letters or came twice")
        .tag("product", product)
        .tag("outcome", outcome)
        .tag("reason", reason)
        .register(registry);
  }

  private Product product(String id) {
    return new Product(
        Counter.builder("vagus.process.accepted")
            .description("Messages accepted")
            .tag("product", id)
            .register(registry),
        Counter.builder("vagus.process.readings")
            .description("Readings accepted")
            .tag("product", id)
            .register(registry),
        Timer.builder("vagus.delivery.latency")
            .description("From the corrected device time to the arrival")
            .serviceLevelObjectives(LATENCIES)
            .tag("product", id)
            .register(registry),
        watch.latency(id),
        new EnumMap<>(ErrorCode.class),
        new EnumMap<>(DuplicateCause.class));
  }
}
