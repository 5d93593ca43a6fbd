package io.vagus.series;

import io.vagus.kit.Setting;
import java.time.Duration;

/** The {@code series} section. */
public record SeriesConfig(
    @Setting("how long readings are kept one by one, at least 1h") Duration retainRaw,
    @Setting("how long 1-minute roll-ups are kept, at least retain-raw") Duration retainMinute,
    @Setting("how long 1-hour roll-ups are kept, at least retain-minute") Duration retainHour) {

  public SeriesConfig {
    requireAtLeast("retain-raw", retainRaw, Duration.ofHours(1));
    requireAtLeast("retain-minute", retainMinute, retainRaw);
    requireAtLeast("retain-hour", retainHour, retainMinute);
  }

  public static SeriesConfig defaults() {
    return new SeriesConfig(Duration.ofDays(7), Duration.ofDays(90), Duration.ofDays(3650));
  }

  private static void requireAtLeast(String key, Duration value, Duration least) {
    if (value.compareTo(least) < 0) {
      throw new IllegalArgumentException(key + ": " + value + " (expected: >= " + least + ")");
    }
  }
}
