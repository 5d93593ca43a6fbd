package io.vagus.process;

/** {@link ProcessConfig} in the units that the pure step counts in. */
record ProcessLimits(
    int dedupeMessages,
    long dedupeMicros,
    long clockThresholdMicros,
    long maxFutureMicros,
    long maxPastMicros,
    int maxMetrics) {

  static ProcessLimits of(ProcessConfig config) {
    return new ProcessLimits(
        config.dedupeMessages(),
        config.dedupeAge().toNanos() / 1000,
        config.clockThreshold().toNanos() / 1000,
        config.maxFuture().toNanos() / 1000,
        config.maxPast().toSeconds() * 1_000_000,
        config.maxMetrics());
  }
}
