package io.vagus.client;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the API is, and who asks.
 *
 * @param token empty when the server is open
 * @param caFile certificates (PEM) that a server at {@code https:} must go back to; empty: those
 *     that the JDK trusts
 */
public record ApiAccess(URI url, Optional<String> token, Optional<Path> caFile) {
  /** By plain HTTP. */
  public ApiAccess(URI url, Optional<String> token) {
    this(url, token, Optional.empty());
  }

  @Override
  public String toString() {
    return "ApiAccess[" + url + "]";
  }
}
