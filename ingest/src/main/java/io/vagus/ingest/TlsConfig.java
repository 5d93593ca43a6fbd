package io.vagus.ingest;

import io.vagus.kit.Setting;
import java.nio.file.Path;

/** The server's identity for TLS listeners: section {@code tls}. */
public record TlsConfig(
    @Setting("PEM file of the certificate and its chain; empty: one is made at the first start")
        Path certificate,
    @Setting("PEM file of its private key, PKCS #8 without a password") Path key,
    @Setting("whether clients are asked for a certificate of ./vagus ca: off, optional, required")
        ClientAuth clientAuth) {

  public TlsConfig {
    if (certificate.toString().isEmpty() != key.toString().isEmpty()) {
      throw new IllegalArgumentException(
          "certificate: \"" + certificate + "\", key: \"" + key + "\" (expected: both or neither)");
    }
  }

  public static TlsConfig defaults() {
    return new TlsConfig(Path.of(""), Path.of(""), ClientAuth.OPTIONAL);
  }

  /** Or one is made. */
  public boolean isGiven() {
    return !certificate.toString().isEmpty();
  }
}
