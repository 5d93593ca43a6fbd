package io.vagus.process;

import io.vagus.kit.DataSize;
import io.vagus.kit.Setting;
import java.time.Duration;

/** How messages are processed; section {@code process}. */
public record ProcessConfig(
    @Setting(
            "readings after which the series is committed, 1 to 1000000; ten times as many amid a"
                + " backlog")
        int commitReadings,
    @Setting("longest time between a reading and its commit, 10ms to 60s; ten times amid a backlog")
        Duration commitEvery,
    @Setting("shortest time between two checkpoints, 10ms to 10m") Duration checkpointEvery,
    @Setting("time between two rounds of roll-ups and retention in the series, 1s to 1h")
        Duration maintainEvery,
    @Setting("message ids remembered per device to recognise duplicates, 8 to 65536")
        int dedupeMessages,
    @Setting("age at which a remembered message id is forgotten, 1m to 30d") Duration dedupeAge,
    @Setting("clock error from which device times are corrected, 100ms to 1h")
        Duration clockThreshold,
    @Setting("device times further ahead than this count as the time of arrival, 1s to 1d")
        Duration maxFuture,
    @Setting("device times older than this count as the time of arrival, 1h to 10000d")
        Duration maxPast,
    @Setting("metrics remembered per device, 1 to 10000") int maxMetrics,
    @Setting("readings a slow live stream may fall behind before it misses some, 16 to 1000000")
        int liveQueue,
    @Setting("disk that dead letters may take, >= 1MiB") DataSize deadLetterBytes,
    @Setting("disk that the list of duplicates may take, >= 1MiB") DataSize duplicateBytes,
    @Setting("disk that the history of reported states may take, >= 1MiB")
        DataSize reportedHistoryBytes,
    @Setting("disk that what devices say happened and their log lines may take, >= 1MiB")
        DataSize noteBytes,
    @Setting("disk that the firings of rules may take, >= 1MiB") DataSize outboxBytes) {

  public ProcessConfig {
    require(commitReadings >= 1 && commitReadings <= 1_000_000, "commit-readings", commitReadings);
    requireBetween("commit-every", commitEvery, Duration.ofMillis(10), Duration.ofMinutes(1));
    requireBetween(
        "checkpoint-every", checkpointEvery, Duration.ofMillis(10), Duration.ofMinutes(10));
    requireBetween("maintain-every", maintainEvery, Duration.ofSeconds(1), Duration.ofHours(1));
    require(dedupeMessages >= 8 && dedupeMessages <= 65_536, "dedupe-messages", dedupeMessages);
    requireBetween("dedupe-age", dedupeAge, Duration.ofMinutes(1), Duration.ofDays(30));
    requireBetween("clock-threshold", clockThreshold, Duration.ofMillis(100), Duration.ofHours(1));
    requireBetween("max-future", maxFuture, Duration.ofSeconds(1), Duration.ofDays(1));
    requireBetween("max-past", maxPast, Duration.ofHours(1), Duration.ofDays(10_000));
    require(maxMetrics >= 1 && maxMetrics <= 10_000, "max-metrics", maxMetrics);
    require(liveQueue >= 16 && liveQueue <= 1_000_000, "live-queue", liveQueue);
    require(deadLetterBytes.bytes() >= 1 << 20, "dead-letter-bytes", deadLetterBytes);
    require(duplicateBytes.bytes() >= 1 << 20, "duplicate-bytes", duplicateBytes);
    require(
        reportedHistoryBytes.bytes() >= 1 << 20, "reported-history-bytes", reportedHistoryBytes);
    require(noteBytes.bytes() >= 1 << 20, "note-bytes", noteBytes);
    require(outboxBytes.bytes() >= 1 << 20, "outbox-bytes", outboxBytes);
  }

  public static ProcessConfig defaults() {
    return new ProcessConfig(
        20_000,
        Duration.ofMillis(300),
        Duration.ofSeconds(2),
        Duration.ofSeconds(10),
        256,
        Duration.ofHours(24),
        Duration.ofSeconds(2),
        Duration.ofMinutes(5),
        Duration.ofDays(400),
        1000,
        10_000,
        DataSize.ofMebibytes(1024),
        DataSize.ofMebibytes(64),
        DataSize.ofMebibytes(256),
        DataSize.ofMebibytes(256),
        DataSize.ofMebibytes(512));
  }

  private static void requireBetween(String key, Duration value, Duration min, Duration max) {
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw new IllegalArgumentException(
          key + ": " + value + " (expected: " + min + " to " + max + ")");
    }
  }

  private static void require(boolean holds, String key, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(key + ": " + value + " (expected: within its range)");
    }
  }
}
