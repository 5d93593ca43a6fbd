package io.vagus.ingest;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;

/**
 * A listener's TLS: with whom it speaks, and how long it waits for that. Thread-safe.
 *
 * @param groups empty: those of the JDK
 */
public record TlsPolicy(SslContext context, List<String> groups, long handshakeMillis) {

  /** A handler for a new connection. */
  SslHandler handler(Channel channel) {
    SslHandler handler = context.newHandler(channel.alloc());
    handler.setHandshakeTimeout(handshakeMillis, TimeUnit.MILLISECONDS);
    if (!groups.isEmpty()) {
      SSLParameters parameters = handler.engine().getSSLParameters();
      parameters.setNamedGroups(groups.toArray(String[]::new));
      handler.engine().setSSLParameters(parameters);
    }
    return handler;
  }
}
