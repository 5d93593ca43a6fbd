package io.vagus.ingest.mqtt;

import io.vagus.kit.DataSize;
import io.vagus.kit.Setting;
import java.time.Duration;

/** Limits of the MQTT broker: section {@code mqtt}. */
public record MqttConfig(
    @Setting("largest packet taken from a client, 256B to 16MiB") DataSize maxPacket,
    @Setting("unacknowledged QoS 1 and 2 messages taken from one client, 1 to 65535")
        int receiveMaximum,
    @Setting("topic aliases a client may use, 0 to 65535") int topicAliasMaximum,
    @Setting("time from connection to CONNECT, 100ms to 10m") Duration connectTimeout,
    @Setting("longest keep alive of MQTT 5 clients, 1s to 18h") Duration maxKeepAlive,
    @Setting("sessions held, connected or not, >= 1") int maxSessions,
    @Setting("longest time a session is kept without connection, 0s to 3650d")
        Duration maxSessionExpiry,
    @Setting("subscriptions of one session, >= 1") int maxSubscriptions,
    @Setting("QoS 1 and 2 messages waiting for one session, 1 to 60000") int maxQueuedMessages,
    @Setting("bytes of messages waiting for one session, >= 1KiB") DataSize maxQueuedBytes,
    @Setting("bytes of messages waiting for all sessions together, >= 1KiB")
        DataSize maxQueuedTotal,
    @Setting("which message gives way when a session's queue is full") QueueFull whenQueueFull,
    @Setting("QoS 1 and 2 messages on their way to one client, 1 to 65535") int maxInflight,
    @Setting("bytes written to a client that it has not taken yet, >= 1KiB") DataSize maxOutbound,
    @Setting("time a client may take nothing of what is written to it, 100ms to 1d")
        Duration slowReaderTimeout,
    @Setting("retained messages, >= 0") int maxRetainedMessages,
    @Setting("bytes of retained messages, >= 0") DataSize maxRetainedBytes,
    @Setting("time between $SYS messages, 100ms to 1d") Duration sysInterval,
    @Setting("growth of the sessions journal that makes a new snapshot, >= 4KiB")
        DataSize snapshotEvery) {

  /** Which message gives way. */
  public enum QueueFull {
    DROP_OLDEST,
    DROP_NEWEST
  }

  public MqttConfig {
    range("max-packet", maxPacket.bytes(), 256, 16 << 20);
    range("receive-maximum", receiveMaximum, 1, 65_535);
    range("topic-alias-maximum", topicAliasMaximum, 0, 65_535);
    range("connect-timeout (ms)", connectTimeout.toMillis(), 100, 600_000);
    range("max-keep-alive (s)", maxKeepAlive.toSeconds(), 1, 65_535);
    range("max-sessions", maxSessions, 1, Integer.MAX_VALUE);
    range("max-session-expiry (d)", maxSessionExpiry.toDays(), 0, 3650);
    range("max-subscriptions", maxSubscriptions, 1, Integer.MAX_VALUE);
    range("max-queued-messages", maxQueuedMessages, 1, 60_000);
    range("max-queued-bytes", maxQueuedBytes.bytes(), 1024, Long.MAX_VALUE);
    range("max-queued-total", maxQueuedTotal.bytes(), 1024, Long.MAX_VALUE);
    range("max-inflight", maxInflight, 1, 65_535);
    range("max-outbound", maxOutbound.bytes(), 1024, Integer.MAX_VALUE);
    range("slow-reader-timeout (ms)", slowReaderTimeout.toMillis(), 100, 86_400_000);
    range("max-retained-messages", maxRetainedMessages, 0, Integer.MAX_VALUE);
    range("sys-interval (ms)", sysInterval.toMillis(), 100, 86_400_000);
    range("snapshot-every", snapshotEvery.bytes(), 4096, Long.MAX_VALUE);
  }

  private static void range(String key, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          key + ": " + value + " (expected: " + min + " to " + max + ")");
    }
  }

  public static MqttConfig defaults() {
    return new MqttConfig(
        DataSize.ofMebibytes(1),
        1024,
        32,
        Duration.ofSeconds(10),
        Duration.ofSeconds(65_535),
        200_000,
        Duration.ofDays(7),
        1000,
        1000,
        DataSize.ofMebibytes(4),
        DataSize.ofMebibytes(128),
        QueueFull.DROP_OLDEST,
        256,
        DataSize.ofMebibytes(1),
        Duration.ofSeconds(30),
        100_000,
        DataSize.ofMebibytes(128),
        Duration.ofSeconds(10),
        DataSize.ofMebibytes(32));
  }
}
