package io.vagus.device.mqtt;

import io.vagus.kit.HostPort;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * Who connects, and where.
 *
 * @param secret empty: none is shown, since a certificate is, or the server asks for none
 * @param tls asked before each attempt to connect, so that certificates may change; empty: no TLS
 */
public record Login(
    String device, HostPort server, Optional<String> secret, Optional<Supplier<SSLContext>> tls) {
  @Override
  public String toString() {
    return device + " at " + server; // without the secret
  }
}
