package io.vagus.ingest;

import io.vagus.kit.DataSize;
import io.vagus.kit.Durations;
import io.vagus.kit.Setting;
import java.time.Duration;

/** What one device, address or connection may ask for: section {@code limits}. */
public record LimitsConfig(
    @Setting("largest message, decompressed; 1B to 8MiB") DataSize maxPayload,
    @Setting("connections in all") int maxConnections,
    @Setting("connections from one address") int maxConnectionsPerAddress,
    @Setting("new connections a second from one address") int newConnectionsPerAddress,
    @Setting("whether the limits by address spare this machine's own") boolean exemptLoopback,
    @Setting("wrong passwords of one name from one address before it has to wait")
        int wrongPasswords,
    @Setting("longest wait after wrong passwords; the first is 1 s and each next twice that")
        Duration maxBackoff,
    @Setting("how long the head of an HTTP request may take to arrive") Duration headTimeout,
    @Setting("how long a whole HTTP request may take to arrive") Duration requestTimeout,
    @Setting("how long an HTTP connection may idle between requests, or not take its answers")
        Duration idleTimeout,
    @Setting("unanswered HTTP requests on one connection") int maxInFlight) {

  public LimitsConfig {
    requireRange("max-payload", maxPayload.bytes(), 1, 8 << 20);
    requireRange("max-connections", maxConnections, 1, 10_000_000);
    requireRange("max-connections-per-address", maxConnectionsPerAddress, 1, 10_000_000);
    requireRange("new-connections-per-address", newConnectionsPerAddress, 1, 10_000_000);
    requireRange("wrong-passwords", wrongPasswords, 1, 1000);
    requireRange("max-in-flight", maxInFlight, 1, 10_000);
    requirePositive("max-backoff", maxBackoff);
    requirePositive("head-timeout", headTimeout);
    requirePositive("request-timeout", requestTimeout);
    requirePositive("idle-timeout", idleTimeout);
  }

  public static LimitsConfig defaults() {
    return new LimitsConfig(
        new DataSize(256 << 10),
        100_000,
        2000,
        200,
        true,
        5,
        Duration.ofMinutes(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(75),
        64);
  }

  private static void requireRange(String key, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          key + ": " + value + " (expected: " + min + " to " + max + ")");
    }
  }

  private static void requirePositive(String key, Duration value) {
    if (value.toMillis() < 1) {
      throw new IllegalArgumentException(
          key + ": " + Durations.format(value) + " (expected: >= 1ms)");
    }
  }
}
