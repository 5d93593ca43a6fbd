package io.vagus.ingest.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The requests that are not answered yet: answers leave in the order of the requests (RFC 9112
 * §9.3.2), flushed once a turn. Confined to the connection's event loop.
 */
// How a write or close went shows in the channel's own events.
@SuppressWarnings("FutureReturnValueIgnored")
final class AnswerQueue {
  private static final long LINGER_MILLIS = 1000;

  /** Hears that answers were written. */
  interface Listener {
    /**
     * Those whose turn it was are on their way.
     *
     * @param last whether the connection ends after one of them
     */
    void answered(boolean last);
  }

  private final Peer peer;
  private final Channel channel;
  private final Listener listener;
  private final ArrayDeque<Exchange> unanswered = new ArrayDeque<>();
  private boolean flushScheduled;

  AnswerQueue(Peer peer, Listener listener) {
    this.peer = peer;
    this.channel = peer.channel();
    this.listener = listener;
  }

  boolean isEmpty() {
    return unanswered.isEmpty();
  }

  int size() {
    return unanswered.size();
  }

  /**
   * The next request.
   *
   * @param withBody whether its answer may have one: not to HEAD
   * @param close whether the client wants the connection closed after it
   */
  Exchange expect(boolean withBody, boolean close) {
    Exchange exchange = new Exchange(peer, this, withBody, close);
    unanswered.add(exchange);
    return exchange;
  }

  /** An answer is there: writes those whose turn it is. */
  void answered() {
    boolean last = false;
    while (!unanswered.isEmpty() && unanswered.getFirst().isAnswered()) {
      Exchange exchange = unanswered.removeFirst();
      ByteBuf answer = exchange.take();
      if (answer != null) {
        channel.write(answer, channel.voidPromise());
      }
      last |= exchange.closes();
    }
    listener.answered(last);
  }

  /** Once for all answers of one turn of the event loop. */
  void flushSoon() {
    if (!flushScheduled) {
      flushScheduled = true;
      channel
          .eventLoop()
          .execute(() -> {
            flushScheduled = false;
            channel.flush();
          });
    }
  }

  /** Closes when all that was written has left. */
  void end() {
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  /**
   * The same, to a client who may not have said all. Closing a socket with unread bytes resets it,
   * and the client may lose the answer (RFC 9112 §9.6): the socket is to be read on for a while,
   * until the client has closed.
   */
  void endAndLinger() {
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> linger());
  }

  private void linger() {
    if (channel instanceof SocketChannel socket
        && channel.pipeline().get(SslHandler.class) == null) {
      socket.shutdownOutput();
    }
    channel.eventLoop().schedule(() -> channel.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** The client is gone. */
  void drop() {
    unanswered.forEach(exchange -> release(exchange.take()));
    unanswered.clear();
  }

  private static void release(@Nullable ByteBuf answer) {
    ReferenceCountUtil.release(answer);
  }
}
