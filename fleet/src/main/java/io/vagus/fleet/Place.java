package io.vagus.fleet;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Optional;

/**
 * Where a fleet sends to.
 *
 * @param tls whether the MQTT address speaks TLS
 * @param token for the API; empty when the server is open
 * @param secret the devices'; empty when the server is open
 */
public record Place(
    URI http, InetSocketAddress mqtt, boolean tls, Optional<String> token, String secret) {}
