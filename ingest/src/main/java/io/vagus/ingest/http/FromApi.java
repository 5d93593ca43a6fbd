package io.vagus.ingest.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;

/** What comes from the API server for one {@link Relay}. */
final class FromApi extends ChannelInboundHandlerAdapter {
  private static final int MAX_HEAD_LINE_BYTES = 8192;
  private static final int MAX_HEAD_BYTES = 65_536;
  private static final int MAX_CHUNK_BYTES = 65_536;

  private final Relay relay;

  private FromApi(Relay relay) {
    this.relay = relay;
  }

  /** The pipeline from the API server, for one request. */
  static ChannelInitializer<Channel> initializer(Relay relay) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        channel
            .pipeline()
            .addLast(
                new HttpClientCodec(MAX_HEAD_LINE_BYTES, MAX_HEAD_BYTES, MAX_CHUNK_BYTES, false))
            .addLast(new FromApi(relay));
      }
    };
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (relay.isOver()) {
        return;
      }
      if (message instanceof HttpResponse response) {
        relay.head(response);
      }
      if (relay.isAnswering() && message instanceof HttpContent content) {
        relay.body(content);
        if (message instanceof LastHttpContent) {
          relay.ended();
        }
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    relay.flushAnswer();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    relay.apiWritable();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    relay.lost();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    var _ = ctx.close();
  }
}
