package io.vagus.journal;

import io.vagus.kit.DataSize;
import io.vagus.kit.Setting;
import java.time.Duration;

/** Section {@code journal}: when records become durable, and how long they are kept. */
public record JournalConfig(
    @Setting("longest that a record waits for others to share its commit, 0 to 1s") Duration every,
    @Setting("a commit takes no more than this at once, 4KiB to 64MiB") DataSize maxBytes,
    @Setting("on: acknowledged records survive power loss; off: they survive only a killed process")
        Fsync fsync,
    @Setting("size of one file of the log, 4KiB to 1GiB") DataSize segmentSize,
    @Setting("records older than this are removed once all consumers have read them")
        Duration retainAge,
    @Setting("above this the oldest files are removed once all consumers have read them")
        DataSize retainSize,
    @Setting("records waiting to become durable; above it the sender is held back")
        DataSize queueBytes,
    @Setting("durable records not yet processed; above it senders are held back, 1MiB to 1TiB")
        DataSize maxBacklog) {

  /** Whether a commit waits for the disk. */
  public enum Fsync {
    ON,
    OFF
  }

  public JournalConfig {
    long second = Duration.ofSeconds(1).toNanos();
    check("every", every, every.toNanos() >= 0 && every.toNanos() <= second, "0 to 1s");
    check("max-bytes", maxBytes, within(maxBytes, 4L << 10, 64L << 20), "4KiB to 64MiB");
    check("segment-size", segmentSize, within(segmentSize, 4L << 10, 1L << 30), "4KiB to 1GiB");
    check("retain-age", retainAge, retainAge.isPositive(), "> 0");
    check("retain-size", retainSize, retainSize.bytes() > 0, "> 0");
    check("queue-bytes", queueBytes, queueBytes.bytes() > 0, "> 0");
    boolean bounded = maxBacklog.bytes() >= 1L << 20 && maxBacklog.bytes() <= 1L << 40;
    check("max-backlog", maxBacklog, bounded, "1MiB to 1TiB");
  }

  public static JournalConfig defaults() {
    return new JournalConfig(
        Duration.ofMillis(5),
        DataSize.ofMebibytes(1),
        Fsync.ON,
        DataSize.ofMebibytes(64),
        Duration.ofDays(7),
        DataSize.ofMebibytes(16 << 10),
        DataSize.ofMebibytes(32),
        DataSize.ofMebibytes(4 << 10));
  }

  private static boolean within(DataSize size, long least, long most) {
    return size.bytes() >= least && size.bytes() <= most;
  }

  private static void check(String key, Object value, boolean good, String expected) {
    if (!good) {
      throw new IllegalArgumentException(key + ": " + value + " (expected: " + expected + ")");
    }
  }
}
