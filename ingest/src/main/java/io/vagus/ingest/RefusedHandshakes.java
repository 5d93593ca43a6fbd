package io.vagus.ingest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.vagus.kit.ErrorCode;
import io.vagus.model.Transport;
import io.vagus.watch.ListenerWatch;
import java.net.InetAddress;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import org.jspecify.annotations.Nullable;

/**
 * Counts handshakes that failed, by reason, and tells from where: TLS itself tells the client no
 * more than that it failed. Confined to the channel's event loop.
 */
final class RefusedHandshakes extends ChannelInboundHandlerAdapter {
  private static final int MAX_DETAIL = 200;

  private final ListenerWatch watch;
  private final ConnectionLimits limits;
  private final MeterRegistry meters;
  private final Transport transport;
  private final InetAddress address;

  RefusedHandshakes(
      ListenerWatch watch,
      ConnectionLimits limits,
      MeterRegistry meters,
      Transport transport,
      InetAddress address) {
    this.watch = watch;
    this.limits = limits;
    this.meters = meters;
    this.transport = transport;
    this.address = address;
  }

  /** The handshake is over, or its connection is. */
  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    limits.handshakeEnded(address);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent completion) {
      if (!completion.isSuccess()) {
        refused(completion.cause());
      }
      if (!(completion.cause() instanceof ClosedChannelException)) {
        limits.handshakeJudged(address, completion.isSuccess());
      }
      ctx.pipeline().remove(this);
    }
    ctx.fireUserEventTriggered(event);
  }

  private void refused(Throwable failure) {
    HandshakeFault fault = HandshakeFault.of(failure);
    Counter.builder("vagus.ingest.handshakes.refused")
        .description("TLS handshakes that failed")
        .tag("listener", transport.label())
        .tag("reason", fault.label())
        .register(meters)
        .increment();
    if (fault.isTold()) {
      String reason =
          fault == HandshakeFault.CERTIFICATE
              ? ErrorCode.CERTIFICATE_INVALID.code()
              : fault.label();
      watch.refused(transport, reason, address.getHostAddress(), "", detail(failure));
    }
  }

  /** Of a certificate what was wrong with it; else what the JDK says. */
  private static String detail(Throwable failure) {
    for (@Nullable Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof CertificateException refused) {
        return String.valueOf(refused.getMessage());
      }
    }
    String said = String.valueOf(failure.getMessage());
    return said.length() > MAX_DETAIL ? said.substring(0, MAX_DETAIL) + "…" : said;
  }
}
