package io.vagus.trust;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** How often which credentials were refused. Thread-safe. */
final class Refusals {
  private final Map<Refusal, Counter> counters = new EnumMap<>(Refusal.class);

  Refusals(MeterRegistry meters) {
    for (Refusal reason : Refusal.values()) {
      Counter.Builder counter =
          switch (reason.of()) {
            case CERTIFICATE ->
                Counter.builder("vagus.trust.certificates.refused")
                    .description("Client certificates refused");
            case ENROLMENT ->
                Counter.builder("vagus.trust.enrolments.refused").description("Enrolments refused");
          };
      counters.put(reason, counter.tag("reason", reason.label()).register(meters));
    }
  }

  void count(Refusal reason) {
    Objects.requireNonNull(counters.get(reason)).increment();
  }
}
