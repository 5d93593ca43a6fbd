package io.vagus.ingest;

import io.vagus.kit.Durations;
import io.vagus.kit.Setting;
import io.vagus.model.Transport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** The server's identity for TLS listeners, and whom they speak with: section {@code tls}. */
public record TlsConfig(
    @Setting("PEM file of the certificate and its chain; empty: one is made at the first start")
        Path certificate,
    @Setting("PEM file of its private key, PKCS #8 without a password") Path key,
    @Setting("whether clients are asked for a certificate of ./vagus ca: off, optional, required")
        ClientAuth clientAuth,
    @Setting("the same for MQTT over TLS alone: same, off, optional, required")
        ListenerAuth mqttsClientAuth,
    @Setting("the same for MQTT over WebSocket over TLS alone") ListenerAuth wssClientAuth,
    @Setting("the same for HTTP over TLS alone") ListenerAuth httpsClientAuth,
    @Setting("the lowest version of TLS that is spoken: 1.2 or 1.3") String lowestVersion,
    @Setting("cipher suites that are spoken, by their IANA names with commas; empty: the JDK's")
        String ciphers,
    @Setting("groups for the key exchange, with commas, such as x25519,secp256r1; empty: the JDK's")
        String groups,
    @Setting("how long a handshake may take, 1s to 60s") Duration handshakeTimeout) {

  private static final List<String> VERSIONS = List.of("1.2", "1.3");

  /** A listener's own choice. */
  public enum ListenerAuth {
    /** As all. */
    SAME,
    OFF,
    OPTIONAL,
    REQUIRED
  }

  public TlsConfig {
    if (certificate.toString().isEmpty() != key.toString().isEmpty()) {
      throw new IllegalArgumentException(
          "certificate: \"" + certificate + "\", key: \"" + key + "\" (expected: both or neither)");
    }
    if (!VERSIONS.contains(lowestVersion)) {
      throw new IllegalArgumentException(
          "lowest-version: \"" + lowestVersion + "\" (expected: one of " + VERSIONS + ")");
    }
    if (handshakeTimeout.compareTo(Duration.ofSeconds(1)) < 0
        || handshakeTimeout.compareTo(Duration.ofSeconds(60)) > 0) {
      throw new IllegalArgumentException(
          "handshake-timeout: " + Durations.format(handshakeTimeout) + " (expected: 1s to 60s)");
    }
  }

  public static TlsConfig defaults() {
    return of(Path.of(""), Path.of(""), ClientAuth.OPTIONAL);
  }

  /** With the usual policy. */
  static TlsConfig of(Path certificate, Path key, ClientAuth clientAuth) {
    return new TlsConfig(
        certificate,
        key,
        clientAuth,
        ListenerAuth.SAME,
        ListenerAuth.SAME,
        ListenerAuth.SAME,
        "1.2",
        "",
        "",
        Duration.ofSeconds(10));
  }

  /** Or one is made. */
  public boolean isGiven() {
    return !certificate.toString().isEmpty();
  }

  /** What a listener asks of clients. */
  ClientAuth clientAuth(Transport listener) {
    ListenerAuth own =
        switch (listener) {
          case MQTTS -> mqttsClientAuth;
          case WSS -> wssClientAuth;
          case HTTPS -> httpsClientAuth;
          default -> ListenerAuth.SAME;
        };
    return switch (own) {
      case SAME -> clientAuth;
      case OFF -> ClientAuth.OFF;
      case OPTIONAL -> ClientAuth.OPTIONAL;
      case REQUIRED -> ClientAuth.REQUIRED;
    };
  }

  /** The newest first. */
  List<String> versions() {
    return lowestVersion.equals("1.3") ? List.of("TLSv1.3") : List.of("TLSv1.3", "TLSv1.2");
  }

  List<String> cipherList() {
    return words(ciphers);
  }

  List<String> groupList() {
    return words(groups);
  }

  private static List<String> words(String list) {
    return Arrays.stream(list.split(",")).map(String::strip).filter(w -> !w.isEmpty()).toList();
  }
}
