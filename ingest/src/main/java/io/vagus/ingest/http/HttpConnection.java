package io.vagus.ingest.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpObject;
import io.netty.util.concurrent.Future;
import io.vagus.ingest.Lane;
import io.vagus.ingest.Stopping;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection: requests in, answers out in the same order. Confined to its event loop.
 */
// How a write or close went shows in the channel's own events.
@SuppressWarnings("FutureReturnValueIgnored")
final class HttpConnection extends ChannelInboundHandlerAdapter {
  private final Channel channel;
  private final Lane lane;
  private final Deadlines deadlines;
  private final RequestPump requests;
  private @Nullable Future<?> timer;

  HttpConnection(HttpShared shared, Channel channel) {
    Peer peer = Peer.of(shared, channel);
    this.channel = channel;
    this.lane = peer.lane();
    this.deadlines = new Deadlines(peer.parts().limits(), peer.parts().clock());
    this.requests = new RequestPump(peer, deadlines);
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    long period = deadlines.checkNanos();
    timer =
        channel
            .eventLoop()
            .scheduleWithFixedDelay(this::checkDeadlines, period, period, TimeUnit.NANOSECONDS);
    ctx.fireChannelActive();
  }

  private void checkDeadlines() {
    switch (requests.checkDeadlines()) {
      case FINE -> {}
      case CLOSE -> channel.close();
      case TOO_SLOW -> requests.tooSlow();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (timer != null) {
      timer.cancel(false);
    }
    requests.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    deadlines.messageRead();
    requests.add((HttpObject) message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    deadlines.readComplete(requests.isBetweenRequests());
    lane.flush();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    deadlines.writable(channel.isWritable());
    requests.writabilityChanged();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == Stopping.EVENT) {
      requests.stop();
    }
    ctx.fireUserEventTriggered(event);
  }

  /** Reset by the peer, or not TLS where TLS is expected: nothing can be said any more. */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    channel.close();
  }
}
