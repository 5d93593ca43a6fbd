package io.vagus.watch;

import io.vagus.model.Transport;
import java.util.OptionalLong;

/**
 * A connection that a device opened.
 *
 * @param address of the other end
 * @param closedMicros empty while it is open
 */
public record PastConnection(
    Transport transport, String address, long openedMicros, OptionalLong closedMicros) {

  static PastConnection of(Link link) {
    return new PastConnection(
        link.transport,
        link.address,
        link.sinceMicros,
        link.isOpen() ? OptionalLong.empty() : OptionalLong.of(link.lastMicros));
  }
}
