package io.vagus.ingest.http;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vagus.ingest.Lane;
import io.vagus.ingest.http.Answers.Problem;
import io.vagus.kit.ErrorCode;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One client's requests, dealt with one after the other: device messages and what is relayed to the
 * API, mixed as the client likes. Confined to the connection's event loop.
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
final class RequestPump {
  private final Peer peer;
  private final Channel channel;
  private final Lane lane;
  private final Deadlines deadlines;
  private final AnswerQueue answers;
  private final ArrayDeque<HttpObject> held = new ArrayDeque<>();
  private final Runnable laneWritable = this::laneWritable;
  private @Nullable Incoming incoming;
  private @Nullable Relay relay;
  private boolean waitsForLane;
  private boolean pumping;
  private boolean reading = true;

  /** No further request is looked at: the connection ends after what is unanswered. */
  private boolean ending;

  /** It ends before the client has said all. */
  private boolean lingers;

  RequestPump(Peer peer, Deadlines deadlines) {
    this.peer = peer;
    this.channel = peer.channel();
    this.lane = peer.lane();
    this.deadlines = deadlines;
    this.answers = new AnswerQueue(peer, this::answered);
  }

  /** Whether what comes next begins a request. */
  boolean isBetweenRequests() {
    return incoming == null && relay == null && held.isEmpty();
  }

  /** Takes a part of a request, and owns it. */
  void add(HttpObject part) {
    if (ending) {
      ReferenceCountUtil.release(part);
      return;
    }
    held.add(part);
    pump();
  }

  /** The client takes bytes again, or no more. */
  void writabilityChanged() {
    if (relay != null) {
      relay.clientWritable(channel.isWritable());
    }
    pump();
  }

  /** The server stops: what is unanswered is still answered. */
  void stop() {
    ending = true;
    if (relay != null) {
      channel.close();
    } else if (answers.isEmpty()) {
      answers.end(); // the last answer may be written and not have left
    }
  }

  /** The client is gone. */
  void close() {
    ending = true;
    lane.forget(laneWritable);
    held.forEach(ReferenceCountUtil::release);
    held.clear();
    answers.drop();
    if (incoming != null) {
      incoming.close();
      incoming = null;
    }
    if (relay != null) {
      relay.close();
    }
  }

  Deadlines.Verdict checkDeadlines() {
    boolean busy = relay != null || !answers.isEmpty();
    return deadlines.check(busy, incoming != null, reading);
  }

  /** The request under way does not come to its end. */
  void tooSlow() {
    if (relay != null || ending) {
      channel.close();
    } else {
      refuseAndEnd(
          Problem.of(408, ErrorCode.KEEP_ALIVE_TIMEOUT, "request: did not arrive in time"));
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
        || answers.size() >= peer.parts().limits().maxInFlight()
        || (alone && !answers.isEmpty());
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
        relay = Relay.begin(this, peer, request);
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
    Incoming begun = new Incoming(this, peer, answers.expect(!head.isHead(), close), head);
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
    refuseAndEnd(Problem.ofMalformed(cause));
  }

  /** Answers what is being received, or what could not be read at all, and ends. */
  private void refuseAndEnd(Problem problem) {
    Incoming current = incoming;
    incoming = null;
    ending = true;
    lingers = true;
    if (current == null) {
      answers.expect(true, true).refuse(problem);
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

  private void answered(boolean ended) {
    deadlines.progressed();
    if (ended || (ending && answers.isEmpty())) {
      end();
    } else {
      answers.flushSoon();
      pump();
    }
  }

  private void end() {
    ending = true;
    if (lingers) {
      read(true);
      answers.endAndLinger();
    } else {
      answers.end();
    }
  }

  /** The journal has no room: the socket is not read until it has. */
  void waitForLane() {
    if (!waitsForLane) {
      waitsForLane = true;
      lane.whenWritable(laneWritable);
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
}
