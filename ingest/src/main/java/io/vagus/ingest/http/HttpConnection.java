package io.vagus.ingest.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.vagus.ingest.Lane;
import io.vagus.ingest.ListenerParts;
import io.vagus.ingest.Stopping;
import io.vagus.ingest.http.Answers.Problem;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.WallClock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection: requests in, answers out in the same order, for device messages and for
 * what is relayed to the API, mixed as the client likes. Confined to its event loop.
 *
 * <p>What cannot be dealt with yet is held, and while something is held the socket is not read:
 *
 * <pre>
 * waiting for                          holds
 * a password check                     everything
 * the journal to have room             everything
 * the API to accept a connection       everything
 * a relayed answer to end              the next request
 * room among the unanswered            the next request
 * the unanswered to be answered        a request for the API, or one that expects a 100
 * the client to take its answers       everything
 * </pre>
 */
// How a write or close went shows in the channel's own events.
@SuppressWarnings("FutureReturnValueIgnored")
final class HttpConnection extends ChannelInboundHandlerAdapter {
  private static final long LINGER_MILLIS = 1000;

  private final HttpShared shared;
  private final ListenerParts parts;
  private final Channel channel;
  private final InetSocketAddress remote;
  private final Lane lane;
  private final Deadlines deadlines;

  private final ArrayDeque<HttpObject> held = new ArrayDeque<>();
  private final ArrayDeque<Exchange> unanswered = new ArrayDeque<>();
  private @Nullable Incoming incoming;
  private @Nullable Relay relay;
  private @Nullable Future<?> timer;
  private final Runnable laneWritable = this::laneWritable;
  private boolean waitsForLane;
  private boolean flushScheduled;
  private boolean pumping;
  private boolean reading = true;

  /** No further request is looked at: the connection ends after what is unanswered. */
  private boolean ending;

  /** It ends before the client has said all. */
  private boolean lingers;

  HttpConnection(HttpShared shared, Channel channel) {
    this.shared = shared;
    this.parts = shared.parts();
    this.channel = channel;
    this.remote = (InetSocketAddress) channel.remoteAddress();
    this.lane = parts.loops().lane(channel.eventLoop());
    this.deadlines = new Deadlines(parts.limits(), parts.clock());
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

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    ending = true;
    lane.forget(laneWritable);
    if (timer != null) {
      timer.cancel(false);
    }
    held.forEach(ReferenceCountUtil::release);
    held.clear();
    unanswered.forEach(exchange -> ReferenceCountUtil.release(exchange.take()));
    unanswered.clear();
    if (incoming != null) {
      incoming.close();
      incoming = null;
    }
    if (relay != null) {
      relay.close();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    deadlines.messageRead();
    if (ending) {
      ReferenceCountUtil.release(message);
      return;
    }
    held.add((HttpObject) message);
    pump();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    deadlines.readComplete(incoming == null && relay == null && held.isEmpty());
    lane.flush();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    deadlines.writable(channel.isWritable());
    if (relay != null) {
      relay.clientWritable(channel.isWritable());
    }
    pump();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == Stopping.EVENT) {
      stop();
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // Reset by the peer, or not TLS where TLS is expected: nothing can be said any more.
    channel.close();
  }

  private void stop() {
    ending = true;
    if (relay != null || unanswered.isEmpty()) {
      channel.close();
    }
  }

  /** Deals with what is held, as far as it can be dealt with now. */
  void pump() {
    if (pumping) {
      return;
    }
    pumping = true;
    try {
      while (!held.isEmpty() && !ending && !mustWait(held.getFirst())) {
        handleAndRelease(held.removeFirst());
      }
    } finally {
      pumping = false;
    }
    lane.flush();
    read(held.isEmpty() && !isStalled());
  }

  private void handleAndRelease(HttpObject message) {
    try {
      handle(message);
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private boolean isStalled() {
    return waitsForLane
        || !channel.isWritable()
        || (incoming != null && incoming.isWaiting())
        || (relay != null && !relay.takesMore());
  }

  private boolean mustWait(HttpObject next) {
    if (isStalled()) {
      return true;
    }
    if (!(next instanceof HttpRequest request)) {
      return false;
    }
    boolean alone = isRelayed(request) || HttpUtil.is100ContinueExpected(request);
    return relay != null
        || unanswered.size() >= parts.limits().maxInFlight()
        || (alone && !unanswered.isEmpty());
  }

  private void read(boolean on) {
    if (reading != on && channel.isOpen()) {
      reading = on;
      channel.config().setAutoRead(on);
    }
  }

  private static boolean isRelayed(HttpRequest request) {
    return request.decoderResult().isSuccess() && !request.uri().startsWith(DevicePath.PREFIX);
  }

  private void handle(HttpObject message) {
    if (message.decoderResult().isFailure()) {
      malformed(message.decoderResult().cause());
      return;
    }
    if (message instanceof HttpRequest request) {
      deadlines.requestBegan();
      if (isRelayed(request)) {
        relay = Relay.begin(this, request, shared.api());
      } else {
        beginMessage(request);
      }
    }
    if (message instanceof HttpContent content) {
      take(content);
    }
  }

  private void beginMessage(HttpRequest request) {
    boolean close =
        !HttpUtil.isKeepAlive(request) || !request.protocolVersion().equals(HttpVersion.HTTP_1_1);
    DeviceRequest head = DeviceRequest.read(request);
    Exchange exchange = new Exchange(this, !head.isHead(), close);
    unanswered.add(exchange);
    Incoming begun = new Incoming(this, exchange, head);
    incoming = begun;
    begun.begin();
  }

  private void take(HttpContent content) {
    boolean last = content instanceof LastHttpContent;
    if (last) {
      deadlines.requestEnded();
    }
    if (relay != null) {
      deadlines.progressed();
      relay.content(content);
    } else if (incoming != null) {
      Incoming current = incoming;
      if (last) {
        incoming = null;
      }
      current.content(content);
    }
  }

  private void malformed(Throwable cause) {
    if (relay != null) {
      channel.close();
      return;
    }
    boolean tooLong =
        cause instanceof TooLongHttpHeaderException || cause instanceof TooLongHttpLineException;
    Problem problem =
        new Problem(
            cause instanceof TooLongHttpLineException ? 414 : tooLong ? 431 : 400,
            ErrorCode.PROTOCOL_ERROR,
            "request: " + (tooLong ? "its head is too long" : "not HTTP/1.1"),
            Optional.empty(),
            Duration.ZERO);
    refuseAndEnd(problem);
  }

  /** Answers what is being received, or what could not be read at all, and ends. */
  private void refuseAndEnd(Problem problem) {
    Incoming current = incoming;
    incoming = null;
    ending = true;
    lingers = true;
    if (current == null) {
      Exchange exchange = new Exchange(this, true, true);
      unanswered.add(exchange);
      exchange.refuse(problem);
    } else {
      current.cut(problem);
    }
  }

  /** The request's body is not read to its end: nothing after it can be made sense of. */
  void cutShort() {
    ending = true;
    lingers = true;
    incoming = null;
  }

  /** An answer was put: writes those whose turn it is. */
  boolean isGone() {
    return !channel.isActive();
  }

  void answered() {
    boolean ends = false;
    while (!unanswered.isEmpty() && unanswered.getFirst().isAnswered()) {
      Exchange exchange = unanswered.removeFirst();
      ByteBuf answer = exchange.take();
      if (answer != null) {
        channel.write(answer, channel.voidPromise());
      }
      ends |= exchange.closes();
    }
    deadlines.progressed();
    if (ends || (ending && unanswered.isEmpty())) {
      end();
    } else {
      flush();
      pump();
    }
  }

  private void end() {
    ending = true;
    ChannelFuture written = channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
    written.addListener(lingers ? done -> linger() : ChannelFutureListener.CLOSE);
  }

  /**
   * Closing a socket with unread bytes resets it, and the client may lose the answer (RFC 9112
   * §9.6): reads on for a while, until the client has closed.
   */
  private void linger() {
    if (channel instanceof SocketChannel socket
        && channel.pipeline().get(SslHandler.class) == null) {
      socket.shutdownOutput();
    }
    read(true);
    channel.eventLoop().schedule(() -> channel.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Once for all answers of one turn of the event loop. */
  private void flush() {
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

  /** The journal has no room: the socket is not read until it has. */
  void waitForLane() {
    if (!waitsForLane) {
      waitsForLane = true;
      lane.whenWritable(() -> {
        waitsForLane = false;
        pump();
      });
    }
  }

  private void laneWritable() {
    waitsForLane = false;
    pump();
  }

  /**
   * The relayed exchange is over.
   *
   * @param close whether the connection cannot go on after it
   */
  void relayed(boolean close) {
    relay = null;
    deadlines.progressed();
    if (close) {
      end();
    } else {
      pump();
    }
  }

  private void checkDeadlines() {
    boolean busy = relay != null || !unanswered.isEmpty();
    switch (deadlines.check(busy, incoming != null, reading)) {
      case FINE -> {}
      case CLOSE -> channel.close();
      case TOO_SLOW -> {
        if (relay != null || ending) {
          channel.close();
        } else {
          refuseAndEnd(
              new Problem(
                  408,
                  ErrorCode.KEEP_ALIVE_TIMEOUT,
                  "request: did not arrive in time",
                  Optional.empty(),
                  Duration.ZERO));
        }
      }
    }
  }

  ListenerParts parts() {
    return parts;
  }

  HttpShared shared() {
    return shared;
  }

  Channel channel() {
    return channel;
  }

  Lane lane() {
    return lane;
  }

  InetAddress remoteAddress() {
    return remote.getAddress();
  }

  WallClock wallClock() {
    return parts.wallClock();
  }

  ByteBufAllocator allocator() {
    return channel.alloc();
  }

  byte[] date() {
    return shared.date().line();
  }
}
