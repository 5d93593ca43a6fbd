package io.vagus.ingest;

import io.vagus.kit.DataSize;
import io.vagus.kit.Setting;

/**
 * From where devices may come, and how much one address or device may take: section {@code access}.
 * 0 stands for no limit.
 */
public record AccessConfig(
    @Setting("networks that may connect, such as 10.0.0.0/8, 2001:db8::/32; empty: all")
        String allow,
    @Setting("networks that the limits by address spare; empty: none") String spare,
    @Setting("new TLS handshakes a second from one address") int newHandshakes,
    @Setting("TLS handshakes under way at once from one address") int openHandshakes,
    @Setting("failed TLS handshakes in a row from one address before it has to wait")
        int failedHandshakes,
    @Setting("connections of one device at once, 2 to 1000") int connectionsPerDevice,
    @Setting("messages a minute of one device, whatever its product; 0: no limit")
        int messagesPerDevice,
    @Setting("bytes a minute of one device; 0B: no limit") DataSize bytesPerDevice,
    @Setting("messages a minute from one address; 0: no limit") int messagesPerAddress,
    @Setting("bytes a minute from one address; 0B: no limit") DataSize bytesPerAddress,
    @Setting("names that fail with one password before it is not looked at for ten minutes")
        int sprayedNames) {
  private static final int MOST = 1_000_000_000;

  public AccessConfig {
    parse("allow", allow);
    parse("spare", spare);
    requireRange("new-handshakes", newHandshakes, 1, 1_000_000);
    requireRange("open-handshakes", openHandshakes, 1, 1_000_000);
    requireRange("failed-handshakes", failedHandshakes, 1, 1_000_000);
    requireRange("connections-per-device", connectionsPerDevice, 2, 1000);
    requireRange("messages-per-device", messagesPerDevice, 0, MOST);
    requireRange("messages-per-address", messagesPerAddress, 0, MOST);
    requireRange("sprayed-names", sprayedNames, 2, 10_000);
  }

  public static AccessConfig defaults() {
    return new AccessConfig("", "", 100, 200, 50, 8, 0, new DataSize(0), 0, new DataSize(0), 10);
  }

  private static void parse(String key, String networks) {
    try {
      Networks.parse(networks);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
    }
  }

  private static void requireRange(String key, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          key + ": " + value + " (expected: " + min + " to " + max + ")");
    }
  }
}
