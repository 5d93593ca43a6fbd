package io.vagus.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** A TLS client that asks nobody whether it may trust the server. */
final class Tls {
  private static final int BOUND_MILLIS = 5000;

  private Tls() {}

  /** Whether a handshake from that address comes to its end. */
  static boolean handshake(String local, int port) {
    try (Socket plain = new Socket()) {
      plain.bind(new InetSocketAddress(InetAddress.getByName(local), 0));
      plain.connect(new InetSocketAddress("127.0.0.1", port), BOUND_MILLIS);
      plain.setSoTimeout(BOUND_MILLIS);
      try (SSLSocket socket =
          (SSLSocket) trusting().getSocketFactory().createSocket(plain, "localhost", port, true)) {
        socket.startHandshake();
        return true;
      }
    } catch (IOException e) {
      return false;
    }
  }

  /** Trusts everybody. */
  static SSLContext trusting() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Anybody()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has TLS", e);
    }
  }

  private static final class Anybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {
      throw new UnsupportedOperationException("a client's");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {
      // The server made its certificate itself.
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
