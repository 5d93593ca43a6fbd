package io.vagus.command;

import io.vagus.kit.Setting;
import java.time.Duration;

/** How long commands are kept; section {@code commands}. */
public record CommandConfig(
    @Setting("age at which commands that are over are forgotten, 1h to 3650d") Duration retention,
    @Setting("commands kept at most, the oldest that are over go first, 1000 to 100000000")
        long maxKept) {

  public CommandConfig {
    if (retention.compareTo(Duration.ofHours(1)) < 0
        || retention.compareTo(Duration.ofDays(3650)) > 0) {
      throw new IllegalArgumentException("retention: " + retention + " (expected: 1h to 3650d)");
    }
    if (maxKept < 1000 || maxKept > 100_000_000) {
      throw new IllegalArgumentException("max-kept: " + maxKept + " (expected: 1000 to 100000000)");
    }
  }

  /** A year, and a million. */
  public static CommandConfig defaults() {
    return new CommandConfig(Duration.ofDays(365), 1_000_000);
  }
}
