package io.vagus.ingest;

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
 * Tells from where a client's certificate was refused in the handshake, and why: TLS itself tells
 * the client no more than that it was. Confined to the channel's event loop.
 */
final class RefusedHandshakes extends ChannelInboundHandlerAdapter {
  private final ListenerWatch watch;
  private final ConnectionLimits limits;
  private final Transport transport;
  private final InetAddress address;

  RefusedHandshakes(
      ListenerWatch watch, ConnectionLimits limits, Transport transport, InetAddress address) {
    this.watch = watch;
    this.limits = limits;
    this.transport = transport;
    this.address = address;
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    limits.handshakeEnded(address); // when it is over, or its connection is
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent completion) {
      for (@Nullable Throwable t = completion.cause(); t != null; t = t.getCause()) {
        if (t instanceof CertificateException refused) {
          watch.refused(
              transport,
              ErrorCode.CERTIFICATE_INVALID.code(),
              address.getHostAddress(),
              "",
              String.valueOf(refused.getMessage()));
          break;
        }
      }
      if (!(completion.cause() instanceof ClosedChannelException)) {
        limits.handshakeJudged(address, completion.isSuccess());
      }
      ctx.pipeline().remove(this);
    }
    ctx.fireUserEventTriggered(event);
  }
}
