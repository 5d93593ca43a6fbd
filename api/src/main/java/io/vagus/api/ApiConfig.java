package io.vagus.api;

import io.vagus.kit.DataSize;
import io.vagus.kit.Setting;
import java.time.Duration;

/** Section {@code api}. */
public record ApiConfig(
    @Setting("Largest body of a request but a bulk one, 1 KiB to 16 MiB") DataSize maxBody,
    @Setting("Largest body of a bulk request, 1 KiB to 1 GiB; kept on disk while it is read")
        DataSize maxBulkBody,
    @Setting("Connections at once, 1 to 100000") int maxConnections,
    @Setting("Live streams at once, 1 to 10000") int maxLiveStreams,
    @Setting("A silent live stream says this often that it lives, 100ms to 1m") Duration heartbeat,
    @Setting("Whether /metrics answers without a token") boolean openMetrics) {

  public ApiConfig {
    between("max-body", maxBody.bytes(), 1 << 10, 16 << 20);
    between("max-bulk-body", maxBulkBody.bytes(), 1 << 10, 1 << 30);
    between("max-connections", maxConnections, 1, 100_000);
    between("max-live-streams", maxLiveStreams, 1, 10_000);
    between("heartbeat", heartbeat.toMillis(), 100, 60_000);
  }

  public static ApiConfig defaults() {
    return new ApiConfig(
        DataSize.ofMebibytes(1),
        DataSize.ofMebibytes(64),
        1024,
        256,
        Duration.ofSeconds(15),
        false);
  }

  private static void between(String key, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          key + ": " + value + " (expected: " + least + " to " + most + ")");
    }
  }
}
