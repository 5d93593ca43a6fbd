package io.vagus.fleet;

import io.vagus.client.ApiAccess;
import io.vagus.kit.HostPort;
import java.net.URI;
import java.util.Optional;

/**
 * Where a fleet sends to.
 *
 * @param http where devices post; empty: the server does not listen so
 * @param mqtt where devices connect; empty: the server does not listen so
 * @param tls whether they speak TLS with both; whom they trust then, {@code api} says
 * @param secrets the devices'; empty when the server is open
 */
public record Place(
    ApiAccess api,
    Optional<URI> http,
    Optional<HostPort> mqtt,
    boolean tls,
    Optional<SecretFile> secrets) {
  @Override
  public String toString() {
    return "Place[" + api + ", " + http + ", " + mqtt + "]";
  }
}
