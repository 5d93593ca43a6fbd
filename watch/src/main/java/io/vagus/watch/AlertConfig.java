package io.vagus.watch;

import io.vagus.kit.Setting;
import java.time.Duration;

/** How long alerts are kept; section {@code alerts}. */
public record AlertConfig(
    @Setting("age at which alerts that are cleared are forgotten, 1h to 3650d") Duration retention,
    @Setting("alerts kept at most, the oldest that are cleared go first, 1000 to 100000000")
        long maxKept) {

  public AlertConfig {
    if (retention.compareTo(Duration.ofHours(1)) < 0
        || retention.compareTo(Duration.ofDays(3650)) > 0) {
      throw new IllegalArgumentException("retention: " + retention + " (expected: 1h to 3650d)");
    }
    if (maxKept < 1000 || maxKept > 100_000_000) {
      throw new IllegalArgumentException("max-kept: " + maxKept + " (expected: 1000 to 100000000)");
    }
  }

  /** A year, and a million. */
  public static AlertConfig defaults() {
    return new AlertConfig(Duration.ofDays(365), 1_000_000);
  }
}
