package io.vagus.ingest.http;

import io.vagus.registry.Credentials;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * Device id and secret of {@code Authorization: Basic} (RFC 7617), or a token that names its device
 * ({@code Bearer}, RFC 6750). The secret stays out of every text form.
 */
final class BasicCredentials {
  private static final String SCHEME = "Basic ";
  private static final String BEARER = "Bearer ";
  private final String name;
  private final byte[] secret;

  private BasicCredentials(String name, byte[] secret) {
    this.name = name;
    this.secret = secret;
  }

  /** Empty for another scheme or what cannot be read. */
  static Optional<BasicCredentials> parse(String header) {
    if (header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return ofToken(header.substring(BEARER.length()).strip());
    }
    if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return Optional.empty();
    }
    byte[] decoded;
    try {
      decoded = Base64.getDecoder().decode(header.substring(SCHEME.length()).strip());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    for (int i = 0; i < decoded.length; i++) {
      if (decoded[i] == ':') {
        String name = new String(decoded, 0, i, StandardCharsets.UTF_8);
        return Optional.of(
            new BasicCredentials(name, Arrays.copyOfRange(decoded, i + 1, decoded.length)));
      }
    }
    return Optional.empty();
  }

  private static Optional<BasicCredentials> ofToken(String token) {
    return Credentials.deviceOf(token)
        .map(name -> new BasicCredentials(name, token.getBytes(StandardCharsets.US_ASCII)));
  }

  String name() {
    return name;
  }

  byte[] secret() {
    return secret;
  }
}
