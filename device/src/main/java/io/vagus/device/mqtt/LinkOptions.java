package io.vagus.device.mqtt;

import java.time.Duration;

/**
 * How a device speaks.
 *
 * @param keepAlive the longest silence; zero: none is watched
 * @param sessionExpiry how long the server keeps what comes for the device while it is away; zero:
 *     not at all
 * @param window messages that may be unacknowledged
 */
public record LinkOptions(
    Protocol protocol, Duration keepAlive, Duration sessionExpiry, Backoff backoff, int window) {
  public static final LinkOptions DEFAULT =
      new LinkOptions(
          Protocol.V5, Duration.ofSeconds(60), Duration.ofHours(24), Backoff.DEFAULT, 16);

  private static final int MAX_KEEP_ALIVE_SECONDS = 65_535; // MQTT 5.0 §3.1.2.10
  private static final int MAX_WINDOW = 128; // half of what the server remembers of a device

  public LinkOptions {
    if (keepAlive.isNegative() || keepAlive.toSeconds() > MAX_KEEP_ALIVE_SECONDS) {
      throw new IllegalArgumentException(
          "keepAlive: " + keepAlive + " (expected: 0 to " + MAX_KEEP_ALIVE_SECONDS + " s)");
    }
    if (window < 1 || window > MAX_WINDOW) {
      throw new IllegalArgumentException(
          "window: " + window + " (expected: 1 to " + MAX_WINDOW + ")");
    }
  }

  public LinkOptions withKeepAlive(Duration other) {
    return new LinkOptions(protocol, other, sessionExpiry, backoff, window);
  }
}
