package io.vagus.device;

import io.vagus.kit.DataSize;

/**
 * How much a device logs. Its lines lie in two files beside its store, where there is one.
 *
 * @param bound of both files together: the oldest lines give way
 * @param level that counts when the platform asked for no other
 */
public record LogConfig(DataSize bound, LogLevel level) {
  public static final LogConfig DEFAULT = new LogConfig(new DataSize(256 << 10), LogLevel.INFO);

  private static final long LEAST_BYTES = 16 << 10;

  public LogConfig {
    if (bound.bytes() < LEAST_BYTES) {
      throw new IllegalArgumentException(
          "bound: " + bound + " (expected: >= " + new DataSize(LEAST_BYTES) + ")");
    }
  }
}
