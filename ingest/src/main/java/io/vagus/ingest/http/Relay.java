package io.vagus.ingest.http;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vagus.ingest.ApiBehind;
import io.vagus.ingest.http.Answers.Problem;
import io.vagus.ingest.http.RelayedHead.Framing;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.HopKey;
import io.vagus.model.Transport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to the API server and its answer on the way back, both streamed: what one
 * side does not take is not read from the other. Lives on the event loop of the client's
 * connection, with a connection to the API of its own.
 *
 * <pre>
 * CONNECTING ──▶ OPEN ──head──▶ ANSWERING ──last──▶ OVER
 *     │            └─ lost: 502 ─┐   └─ lost: the client is cut off ─┐
 *     └─ refused: 503 ───────────┴──────────────────────────────────┴─▶ OVER
 * </pre>
 */
// How a write or close went shows in the channel's own events.
@SuppressWarnings("FutureReturnValueIgnored")
final class Relay {
  private static final int CONNECT_MILLIS = 2000;

  private enum State {
    CONNECTING,
    OPEN,
    ANSWERING,
    OVER
  }

  private final RequestPump requests;
  private final Peer peer;
  private final HttpRequest request;
  private final boolean http11;
  private State state = State.CONNECTING;
  private Framing framing = Framing.NO_BODY;
  private boolean close;
  private boolean requestSent;
  private @Nullable Channel api;

  private Relay(RequestPump requests, Peer peer, HttpRequest request) {
    this.requests = requests;
    this.peer = peer;
    this.http11 = request.protocolVersion().equals(HttpVersion.HTTP_1_1);
    this.close = !http11 || !HttpUtil.isKeepAlive(request);
    boolean secure = peer.shared().transport() == Transport.HTTPS;
    this.request = RelayedHead.request(request, peer.host(), secure ? "https" : "http");
    if (HttpUtil.is100ContinueExpected(request)) {
      peer.channel().writeAndFlush(Unpooled.wrappedBuffer(Answers.goOn()));
    }
  }

  /** Begins; the client hears of the end by {@link RequestPump#relayed}. */
  static Relay begin(RequestPump requests, Peer peer, HttpRequest request) {
    Relay relay = new Relay(requests, peer, request);
    Optional<ApiBehind> behind = peer.shared().api();
    if (!request.uri().startsWith("/")) {
      relay.close = true;
      relay.answer(400, ErrorCode.PROTOCOL_ERROR, "request target: (expected: a path)");
    } else if (behind.isEmpty()) {
      relay.answer(503, ErrorCode.BUSY, "this listener has no API behind it");
    } else if (EnrolmentProof.isNeeded(request)) {
      // Meanwhile nothing more is read, as while connecting.
      ApiBehind to = behind.get();
      new EnrolmentProof(peer, relay.request, () -> relay.connect(to), relay::answer).ask();
    } else if (TokenExchange.isAsked(request)) {
      new TokenExchange(peer, relay.request, relay::answer, relay::answer).ask();
    } else {
      relay.connect(behind.get());
    }
    return relay;
  }

  private void connect(ApiBehind behind) {
    if (state == State.OVER) {
      return; // the client left while it was proved
    }
    request.headers().set(HopKey.HEADER, behind.key().text());
    ChannelFuture connecting =
        new Bootstrap()
            .group(peer.channel().eventLoop())
            .channel(NioSocketChannel.class)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
            .option(ChannelOption.TCP_NODELAY, true)
            .handler(FromApi.initializer(this))
            .connect(behind.address());
    api = connecting.channel();
    connecting.addListener(done -> connected(done.isSuccess()));
  }

  private void connected(boolean successful) {
    if (state != State.CONNECTING) {
      close();
    } else if (!successful) {
      answer(503, ErrorCode.BUSY, "the API does not answer; try again");
    } else {
      state = State.OPEN;
      toApi(request);
      requests.pump();
    }
  }

  /** Whether more of the request's body can be taken. */
  boolean takesMore() {
    return switch (state) {
      case CONNECTING -> false;
      case OPEN, ANSWERING -> requestSent || (api != null && api.isWritable());
      case OVER -> true;
    };
  }

  /** A part of the request's body. */
  void content(HttpContent content) {
    requestSent |= content instanceof LastHttpContent;
    if (state == State.OPEN || state == State.ANSWERING) {
      toApi(content.retain());
    }
  }

  private void toApi(Object message) {
    if (api == null) {
      ReferenceCountUtil.release(message);
    } else {
      api.writeAndFlush(message, api.voidPromise());
    }
  }

  void clientWritable(boolean writable) {
    if (api != null) {
      api.config().setAutoRead(writable);
    }
  }

  /** The client is gone, or everything is said. */
  void close() {
    state = State.OVER;
    if (api != null) {
      api.close();
    }
  }

  boolean isOver() {
    return state == State.OVER;
  }

  boolean isAnswering() {
    return state == State.ANSWERING;
  }

  /** The answer begins. */
  void head(HttpResponse response) {
    if (response.status().code() < 200) {
      return;
    }
    framing = RelayedHead.framing(response, request.method(), http11);
    // What the client still sends of a request that is answered is not read: it is told so.
    close |= framing == Framing.CLOSE || !requestSent;
    state = State.ANSWERING;
    byte[] head =
        RelayedHead.response(response, framing, close).getBytes(StandardCharsets.ISO_8859_1);
    toClient(Unpooled.wrappedBuffer(head));
  }

  /** A part of the answer. */
  void body(HttpContent content) {
    int length = content.content().readableBytes();
    if (length == 0 || framing == Framing.NO_BODY) {
      return;
    }
    ByteBuf bytes = content.content().retain();
    if (framing != Framing.CHUNKED) {
      toClient(bytes);
      return;
    }
    String size = Integer.toHexString(length) + "\r\n";
    toClient(Unpooled.wrappedBuffer(size.getBytes(StandardCharsets.US_ASCII)));
    toClient(bytes);
    toClient(Unpooled.wrappedBuffer(new byte[] {'\r', '\n'}));
  }

  private void toClient(ByteBuf bytes) {
    peer.channel().write(bytes, peer.channel().voidPromise());
  }

  /** The answer is whole. */
  void ended() {
    if (framing == Framing.CHUNKED) {
      toClient(Unpooled.wrappedBuffer("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
    }
    over();
  }

  void flushAnswer() {
    peer.channel().flush();
  }

  void apiWritable() {
    requests.pump();
  }

  /** The connection to the API is gone. */
  void lost() {
    if (state == State.ANSWERING) {
      // The client must see that the answer is not whole: never a proper end (RFC 9112 §8).
      state = State.OVER;
      peer.channel().close();
    } else if (state == State.OPEN) {
      answer(502, ErrorCode.IO_FAILED, "the API closed the connection without an answer");
    }
  }

  private void answer(int status, ErrorCode code, String detail) {
    Duration retryAfter = status == 503 ? Duration.ofSeconds(1) : Duration.ZERO;
    answer(new Problem(status, code, detail, Optional.empty(), retryAfter));
  }

  private void answer(Problem problem) {
    if (state == State.OVER) {
      return;
    }
    boolean withBody = !request.method().equals(HttpMethod.HEAD);
    close |= !requestSent;
    toClient(Answers.problem(peer.allocator(), peer.date(), problem, close, withBody));
    over();
  }

  /** Said here, to a request that does not go to the API. */
  private void answer(String json) {
    if (state == State.OVER) {
      return;
    }
    close |= !requestSent;
    toClient(Answers.json(peer.allocator(), peer.date(), json, close));
    over();
  }

  private void over() {
    close();
    peer.channel().flush();
    requests.relayed(close);
  }
}
