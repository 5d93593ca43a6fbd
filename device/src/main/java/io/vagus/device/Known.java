package io.vagus.device;

import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a device knows of itself without a network: what interlocks look at. Guarded by itself. */
final class Known {
  private final Map<String, Measured> readings = new HashMap<>();
  private Map<String, @Nullable Object> desired = Map.of();
  private Map<String, @Nullable Object> reported = Map.of();

  /** The newest value of a metric. */
  record Measured(Object value, Instant time) {}

  /** At one moment. */
  record Moment(
      Map<String, Measured> readings,
      Map<String, @Nullable Object> desired,
      Map<String, @Nullable Object> reported) {}

  synchronized void measured(Map<String, ?> values, Instant time) {
    values.forEach((metric, value) -> {
      Measured before = readings.get(metric);
      if (before == null || !time.isBefore(before.time())) {
        readings.put(metric, new Measured(value, time));
      }
    });
  }

  synchronized void desired(Map<String, @Nullable Object> document) {
    desired = document;
  }

  /** A merge patch on what was reported before (RFC 7386). */
  synchronized void reported(Map<String, ?> patch) {
    reported = DesiredState.patched(reported, patch);
  }

  synchronized Moment moment() {
    return new Moment(Map.copyOf(readings), desired, new LinkedHashMap<>(reported));
  }
}
