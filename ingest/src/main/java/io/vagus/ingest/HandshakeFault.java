package io.vagus.ingest;

import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Why a TLS handshake failed, as far as it can be told from what the JDK throws. */
enum HandshakeFault {
  /** The client's certificate: the exception says more. */
  CERTIFICATE,
  NO_CERTIFICATE,
  VERSION,
  CIPHER,
  GROUP,
  TIMEOUT,
  /** It spoke something else. */
  NOT_TLS,
  /** The client does not trust the server, or did not like what it offered. */
  CLIENT_REFUSED,
  /** The client went away. */
  BROKEN_OFF,
  OTHER;

  /** In the JDK's words (sun.security.ssl), which have no code. */
  private static final List<Map.Entry<String, HandshakeFault>> WORDS =
      List.of(
          Map.entry("received fatal alert", CLIENT_REFUSED),
          Map.entry("empty client certificate chain", NO_CERTIFICATE),
          Map.entry("empty server certificate chain", OTHER),
          Map.entry("protocol version", VERSION),
          Map.entry("client requested protocol", VERSION),
          Map.entry("no appropriate protocol", VERSION),
          Map.entry("unsupported record version", VERSION),
          Map.entry("named group", GROUP),
          Map.entry("key share", GROUP),
          Map.entry("no cipher suites in common", CIPHER),
          Map.entry("connection closed while", BROKEN_OFF));

  String label() {
    return "tls-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Whether it is worth a line among the refusals: who only looks whether a port is open is not.
   */
  boolean isTold() {
    return this != BROKEN_OFF;
  }

  static HandshakeFault of(Throwable failure) {
    for (@Nullable Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof CertificateException) {
        return CERTIFICATE;
      } else if (t instanceof SslHandshakeTimeoutException) {
        return TIMEOUT;
      } else if (t instanceof NotSslRecordException) {
        return NOT_TLS;
      }
    }
    return inWords(failure);
  }

  private static HandshakeFault inWords(Throwable failure) {
    String said = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    for (Map.Entry<String, HandshakeFault> words : WORDS) {
      if (said.contains(words.getKey())) {
        return words.getValue();
      }
    }
    return failure instanceof ClosedChannelException
            || (failure instanceof IOException && !(failure instanceof javax.net.ssl.SSLException))
        ? BROKEN_OFF
        : OTHER;
  }
}
