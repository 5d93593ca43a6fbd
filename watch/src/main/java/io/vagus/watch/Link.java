package io.vagus.watch;

import io.vagus.model.Transport;
import org.jspecify.annotations.Nullable;

/**
 * One way a device was heard: a connection, open or closed, or requests without one. The device's
 * monitor guards what changes, but for {@link #lastMicros}.
 */
final class Link implements ListenerWatch.Open {
  /** {@link #lastMicros} while a connection is open. */
  static final long OPEN = Long.MAX_VALUE;

  /** {@link #keepAliveSeconds} of requests without a connection. */
  static final int NO_CONNECTION = -1;

  final DeviceActivity device;
  final Transport transport;
  final String address;
  final int keepAliveSeconds;
  final long sinceMicros;

  /** When it was heard last or closed. */
  volatile long lastMicros;

  /** Another open connection of the same device, which began before. */
  @Nullable Link older;

  Link(
      DeviceActivity device,
      Transport transport,
      String address,
      int keepAliveSeconds,
      long sinceMicros) {
    this.device = device;
    this.transport = transport;
    this.address = address;
    this.keepAliveSeconds = keepAliveSeconds;
    this.sinceMicros = sinceMicros;
    this.lastMicros = keepAliveSeconds == NO_CONNECTION ? sinceMicros : OPEN;
  }

  boolean isOpen() {
    return lastMicros == OPEN;
  }

  boolean isSameWay(Transport otherTransport, String otherAddress) {
    return keepAliveSeconds == NO_CONNECTION
        && transport == otherTransport
        && address.equals(otherAddress);
  }

  @Override
  public void closed(long nowMicros) {
    device.closed(this, nowMicros);
  }
}
