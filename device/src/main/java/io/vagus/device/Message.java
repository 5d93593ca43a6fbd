package io.vagus.device;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** What a device has to say. */
public sealed interface Message {
  Priority priority();

  /**
   * Readings of one moment; they get a message id and a sequence number.
   *
   * @param time by the device's clock; empty: now
   * @param values by metric: numbers, booleans, texts
   */
  record Telemetry(Priority priority, Optional<Instant> time, Map<String, ?> values)
      implements Message {
    public Telemetry {
      values = Map.copyOf(values);
    }

    /** Measured now. */
    public static Telemetry of(Map<String, ?> values) {
      return new Telemetry(Priority.NORMAL, Optional.empty(), values);
    }

    public Telemetry at(Instant time) {
      return new Telemetry(priority, Optional.of(time), values);
    }

    public Telemetry with(Priority other) {
      return new Telemetry(other, time, values);
    }
  }

  /**
   * A payload that is ready to be sent.
   *
   * @param topic below the device's own, such as {@code events}
   * @param withId whether it goes out with a message id of its own; its sender may have written one
   *     into it
   */
  record Payload(Priority priority, String topic, boolean withId, byte[] bytes)
      implements Message {}
}
