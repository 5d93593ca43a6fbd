package io.vagus.device;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What a device says of itself, in the names that the platform knows of every device (device
 * contract, Health). What the SDK knows itself, it adds.
 *
 * @param batteryPercent 0 to 100; empty: it has none
 * @param signalDbm of its radio; empty: it has none
 * @param firmware its version; empty: not said
 * @param steady whether what it measures stays the same, so that it may report less often
 */
public record Health(
    OptionalDouble batteryPercent, OptionalDouble signalDbm, String firmware, boolean steady) {

  /** Mains and cable. */
  public static Health of(String firmware) {
    return new Health(OptionalDouble.empty(), OptionalDouble.empty(), firmware, false);
  }

  Map<String, Object> values(
      long uptimeSeconds, long freeBytes, Counters counters, long nextSeconds) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("health.uptime", uptimeSeconds);
    values.put("health.memory", freeBytes);
    values.put("health.kept", counters.kept());
    values.put("health.dropped", counters.dropped());
    values.put("health.next", nextSeconds);
    batteryPercent.ifPresent(percent -> values.put("health.battery", percent));
    signalDbm.ifPresent(dbm -> values.put("health.signal", dbm));
    if (!firmware.isEmpty()) {
      values.put("health.firmware", firmware);
    }
    return values;
  }
}
