package io.vagus.api;

import io.vagus.model.Transport;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;

/**
 * Where devices reach this server.
 *
 * @param addresses of the open ones, with their real ports
 * @param certificate of those with TLS, as PEM, when the server made it itself
 */
public record Listeners(Map<Transport, InetSocketAddress> addresses, Optional<String> certificate) {

  /** Before they are open. */
  public static final Listeners NONE = new Listeners(Map.of(), Optional.empty());

  public Listeners {
    addresses = Map.copyOf(addresses);
  }
}
