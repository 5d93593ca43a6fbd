package io.vagus.process;

import io.vagus.model.Quality;
import io.vagus.model.SensorFaults;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * The sensors of one device whose product looks for faults. It is degraded as long as one of them
 * has a fault that lasts. Not thread-safe.
 */
final class Sensors {
  private final TreeMap<String, SensorState> byMetric = new TreeMap<>();
  private boolean degraded;

  /**
   * Takes in the next reading of a metric.
   *
   * @return bits of {@link Quality} for it
   */
  int judge(
      String metric, double value, long timeMicros, SensorFaults looked, OptionalDouble reference) {
    return byMetric
        .computeIfAbsent(metric, name -> new SensorState())
        .judge(value, timeMicros, looked, reference);
  }

  /** No fault of it is looked for any more. */
  void forget(String metric) {
    byMetric.remove(metric);
  }

  boolean isDegraded() {
    return degraded;
  }

  /** Whether it was degraded and is well now, or the other way round, since this was last asked. */
  boolean turned() {
    boolean before = degraded;
    degraded = byMetric.values().stream().anyMatch(sensor -> sensor.faults() != 0);
    return before != degraded;
  }

  /** {@code temperature: stuck; pressure: bias, noise}. */
  String faults() {
    List<String> all = new ArrayList<>();
    for (Map.Entry<String, SensorState> entry : byMetric.entrySet()) {
      if (entry.getValue().faults() != 0) {
        all.add(
            entry.getKey() + ": " + String.join(", ", Quality.words(entry.getValue().faults())));
      }
    }
    return String.join("; ", all);
  }

  void write(Bytes out) {
    out.putByte(degraded ? 1 : 0).putInt(byMetric.size());
    byMetric.forEach((metric, sensor) -> {
      out.putText(metric);
      sensor.write(out);
    });
  }

  static Sensors read(Bytes in, Interner names) {
    Sensors sensors = new Sensors();
    sensors.degraded = in.getByte() != 0;
    for (int left = in.getInt(); left > 0; left--) {
      sensors.byMetric.put(names.intern(in.getText()), SensorState.read(in));
    }
    return sensors;
  }
}
