package io.vagus.ingest.http;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.vagus.ingest.Admission;
import io.vagus.ingest.ListenerParts;
import io.vagus.ingest.WayBack;
import io.vagus.ingest.http.Answers.Problem;
import io.vagus.kit.ErrorCode;
import io.vagus.model.Channel;
import io.vagus.model.Device;
import io.vagus.model.Envelope;
import io.vagus.model.ProductModel;
import io.vagus.model.Transport;
import io.vagus.registry.Credentials;
import io.vagus.watch.Refusal;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A device's message while it arrives: head judged, sender proved, body gathered, handed to the
 * lane. Confined to the connection's event loop.
 */
// How a write or close went shows in the channel's own events.
@SuppressWarnings("FutureReturnValueIgnored")
final class Incoming {
  /** What is read of a refused body so that the client hears the answer, which it reads last. */
  private static final int MAX_DISCARDED_BYTES = 1 << 20;

  private final RequestPump requests;
  private final Peer peer;
  private final ListenerParts parts;
  private final Exchange exchange;
  private final DeviceRequest head;
  private final Body body;
  private @Nullable Device sender;
  private @Nullable Problem problem;
  private boolean waiting;
  private long discardedBytes;

  Incoming(RequestPump requests, Peer peer, Exchange exchange, DeviceRequest head) {
    this.requests = requests;
    this.peer = peer;
    this.parts = peer.parts();
    this.exchange = exchange;
    this.head = head;
    this.body =
        new Body(
            head.contentLength(),
            (int) parts.limits().maxPayload().bytes(),
            peer.shared().bodyBudgetBytes());
  }

  /** Whether the sender's proof is under way: the body waits. */
  boolean isWaiting() {
    return waiting;
  }

  void begin() {
    Optional<Problem> wrong = head.problem(parts.limits().maxPayload().bytes());
    if (wrong.isPresent()) {
      refuse(wrong.get());
    } else if (head.authorization().isEmpty() && parts.open()) {
      wantBody();
    } else {
      authenticate();
    }
  }

  private void authenticate() {
    Optional<BasicCredentials> given = head.authorization().flatMap(BasicCredentials::parse);
    if (parts.certificates().isShownBy(peer.channel())) {
      String name = given.map(BasicCredentials::name).orElse("");
      waiting = true;
      parts.certificates().prove(peer.channel(), name, verdict -> proved(verdict, name));
      return;
    }
    if (given.isEmpty()) {
      refuse(
          Problem.of(
              ErrorCode.BAD_CREDENTIALS,
              "authorization: none (expected: Basic with device id and secret)"));
      return;
    }
    waiting = true;
    peer.authenticate(given.get(), verdict -> proved(verdict, given.get().name()));
  }

  private void proved(Credentials.Verdict verdict, String name) {
    waiting = false;
    judge(verdict, name);
    requests.pump();
  }

  private void judge(Credentials.Verdict verdict, String name) {
    switch (verdict) {
      case Credentials.DeviceVerdict proved -> {
        sender = proved.device();
        wantBody();
      }
      case Credentials.ApplicationVerdict application ->
          refuse(
              Problem.of(
                  ErrorCode.NOT_AUTHORIZED,
                  "application: "
                      + application.application().name()
                      + " (expected: a device, who sends for itself)"));
      case Credentials.Refused refused -> {
        Problem plain = Problem.of(refused.code(), refused.why());
        Duration wait = parts.authenticator().backoff(peer.address(), name);
        refuse(
            refused.code() == ErrorCode.CONNECTION_RATE_EXCEEDED
                ? new Problem(plain.status(), plain.code(), plain.detail(), plain.id(), wait)
                : plain);
      }
    }
  }

  private void wantBody() {
    if (head.expectsGoOn()) {
      peer.channel().writeAndFlush(Unpooled.wrappedBuffer(Answers.goOn()));
    }
  }

  /** The connection is gone. */
  void close() {
    body.close();
  }

  private void refuse(Problem why) {
    problem = why;
    body.close();
    count(why);
    if (head.expectsGoOn()) {
      // The body may come or not: only a new connection is clear (RFC 9110 §10.1.1).
      answerEarly(why);
    }
  }

  private void count(Problem why) {
    if (head.isMessage()) {
      peer.lane().refused(peer.shared().transport(), why.code());
    }
    // Whoever asks for another's commands sends no message, and reaches for what is not his.
    if (head.isMessage() || sender != null) {
      tellRefused(peer.shared().transport(), why);
    }
  }

  private void tellRefused(Transport transport, Problem why) {
    String reason = why.code().code();
    if (sender != null && why.code() == ErrorCode.NOT_AUTHORIZED) {
      // A path of the contract is always somebody's.
      parts.watch().refused(transport, Refusal.LATERAL, peer.host(), sender.id(), why.detail());
    } else if (sender != null) {
      parts.watch().refused(transport, reason, peer.host(), sender.id(), why.detail());
    } else {
      Optional<BasicCredentials> given = head.authorization().flatMap(BasicCredentials::parse);
      String name = given.map(BasicCredentials::name).orElse("");
      parts.watch().refused(transport, reason, peer.host(), name, why.detail());
    }
  }

  private void answerEarly(Problem why) {
    exchange.closeAfterwards();
    requests.cutShort();
    exchange.refuse(why);
  }

  /** The connection cannot make sense of what follows, or has waited long enough. */
  void cut(Problem why) {
    if (problem == null) {
      count(why);
    }
    body.close();
    answerEarly(problem == null ? why : problem);
  }

  void content(HttpContent part) {
    boolean last = part instanceof LastHttpContent;
    if (problem == null) {
      body.add(part.content());
      if (body.isTooLarge()) {
        refuse(tooLarge());
      } else if (last) {
        complete();
        return;
      }
    }
    discardedBytes += part.content().readableBytes();
    if (problem != null && last) {
      exchange.refuse(problem);
    } else if (problem != null && discardedBytes > MAX_DISCARDED_BYTES) {
      answerEarly(problem);
    }
  }

  private Problem tooLarge() {
    return Problem.of(
        ErrorCode.PAYLOAD_TOO_LARGE,
        "payloadBytes: more (expected: <= " + parts.limits().maxPayload().bytes() + ")");
  }

  private void complete() {
    Body.Content content = body.content(head.isGzip());
    body.close();
    switch (content) {
      case Body.Whole whole -> admit(head.path().orElseThrow(), whole.bytes());
      case Body.TooLarge tooLarge -> refuseWhole(tooLarge());
      case Body.Crowded crowded ->
          refuseWhole(Problem.of(ErrorCode.BUSY, "too many large requests at once; send it again"));
      case Body.Malformed malformed ->
          refuseWhole(Problem.of(ErrorCode.PAYLOAD_MALFORMED, malformed.why()));
    }
  }

  private void admit(DevicePath path, byte[] payload) {
    switch (decision(path, payload.length)) {
      case Admission.Admitted admitted -> take(path, admitted.model(), payload);
      case Admission.Denied denied ->
          refuseWhole(
              new Problem(
                  denied.code().httpStatus(),
                  denied.code(),
                  denied.why(),
                  Optional.empty(),
                  denied.retryAfter()));
    }
  }

  private Admission.Decision decision(DevicePath path, int length) {
    Optional<Admission.Denied> tooMuch = parts.admission().fromAddress(peer.address(), length);
    if (tooMuch.isPresent()) {
      return tooMuch.get();
    }
    return sender == null
        ? parts.admission().decideOpen(path.device(), length)
        : parts.admission().decide(sender, path.gateway(), path.device(), length);
  }

  private void take(DevicePath path, ProductModel model, byte[] payload) {
    WayBack back = parts.wayBack();
    switch (path.target()) {
      case DevicePath.Message message -> submit(path, message.channel(), model, payload);
      case DevicePath.PollsCommands() ->
          whenDone(back.commands(path.device(), head.poll().longest()), exchange::found);
      case DevicePath.PollsDesired() ->
          whenDone(
              back.desired(path.device(), head.poll().after(), head.poll().longest()),
              exchange::found);
      case DevicePath.Answers(String command, WayBack.Answer what) ->
          whenDone(
              back.answered(path.device(), path.gateway(), command, what, payload),
              exchange::answered);
    }
    parts
        .watch()
        .heard(path.device(), peer.shared().transport(), peer.host(), parts.wallClock().micros());
  }

  private <T> void whenDone(CompletableFuture<T> future, Consumer<T> action) {
    var unused =
        future.whenComplete((result, failure) ->
            peer.channel()
                .eventLoop()
                .execute(() -> {
                  if (failure == null) {
                    action.accept(result);
                  } else {
                    exchange.abandoned();
                  }
                }));
  }

  private void submit(DevicePath path, Channel channel, ProductModel model, byte[] payload) {
    if (!peer.lane().writable()) {
      requests.waitForLane();
      refuseWhole(Problem.of(ErrorCode.BUSY, "the journal does not keep up; send it again"));
      return;
    }
    if (peer.lane().isStalled()) {
      refuseWhole(Problem.of(ErrorCode.BUSY, "the journal stands still; send it again"));
      return;
    }
    long now = parts.wallClock().micros();
    if (channel == Channel.TIME) {
      exchange.answerTime(payload, now);
    }
    peer.lane()
        .submit(
            new Envelope(
                path.device(),
                path.gateway(),
                channel,
                peer.shared().transport(),
                now,
                head.contentType(),
                head.messageId(),
                model.id(),
                model.version(),
                false,
                0,
                payload),
            exchange);
  }

  private void refuseWhole(Problem why) {
    count(why);
    exchange.refuse(why);
  }
}
