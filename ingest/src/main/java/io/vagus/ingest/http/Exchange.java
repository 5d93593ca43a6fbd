package io.vagus.ingest.http;

import io.netty.buffer.ByteBuf;
import io.vagus.ingest.Receipt;
import io.vagus.ingest.TimeExchange;
import io.vagus.ingest.WayBack;
import io.vagus.ingest.http.Answers.Problem;
import io.vagus.kit.ErrorCode;
import io.vagus.ledger.MessageId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer's place in the order of answers (RFC 9112 §9.3.2). Confined to the
 * connection's event loop.
 */
final class Exchange implements Receipt {
  private final Peer peer;
  private final AnswerQueue queue;
  private final boolean withBody;
  private boolean close;
  private byte @Nullable [] timeQuestion;
  private long timeReceivedMicros;
  private @Nullable ByteBuf answer;

  /**
   * A request without its answer.
   *
   * @param withBody whether an answer may have one: not to HEAD
   * @param close whether the client wants the connection closed after it
   */
  Exchange(Peer peer, AnswerQueue queue, boolean withBody, boolean close) {
    this.peer = peer;
    this.queue = queue;
    this.withBody = withBody;
    this.close = close;
  }

  /** The answer tells when the question came and when the answer left. */
  void answerTime(byte[] question, long receivedMicros) {
    timeQuestion = question;
    timeReceivedMicros = receivedMicros;
  }

  void closeAfterwards() {
    close = true;
  }

  boolean closes() {
    return close;
  }

  boolean isAnswered() {
    return answer != null;
  }

  /** Hands the answer over; once. */
  @Nullable ByteBuf take() {
    ByteBuf taken = answer;
    answer = null;
    return taken;
  }

  @Override
  public void durable(long offset) {
    put(Answers.accepted(peer.allocator(), peer.date(), offset, close, times()));
  }

  private String times() {
    return timeQuestion == null
        ? ""
        : ","
            + TimeExchange.members(
                timeQuestion, timeReceivedMicros, peer.parts().wallClock().micros());
  }

  @Override
  public void deadLettered(long offset, ErrorCode reason, String why) {
    refuse(
        new Problem(
            reason.httpStatus(),
            reason,
            why,
            Optional.of(new MessageId(offset).toString()),
            Duration.ZERO));
  }

  @Override
  public void abandoned() {
    refuse(Problem.of(ErrorCode.BUSY, "the message could not be made durable; send it again"));
  }

  /** What a device polled for; nothing: 204. */
  void found(Optional<byte[]> json) {
    put(
        json.isPresent()
            ? Answers.json(
                peer.allocator(),
                peer.date(),
                new String(json.get(), StandardCharsets.UTF_8),
                close)
            : Answers.nothing(peer.allocator(), peer.date(), close));
  }

  /** What the device said of a command is durable, or refused. */
  void answered(Optional<WayBack.Refusal> refusal) {
    if (refusal.isPresent()) {
      refuse(Problem.of(refusal.get().code(), refusal.get().why()));
    } else {
      put(Answers.json(peer.allocator(), peer.date(), "{\"status\":\"accepted\"}\n", close));
    }
  }

  void refuse(Problem problem) {
    put(Answers.problem(peer.allocator(), peer.date(), problem, close, withBody));
  }

  /** A client that is gone is answered nothing. */
  private void put(ByteBuf bytes) {
    if (!peer.channel().isActive()) {
      bytes.release();
    } else {
      answer = bytes;
      queue.answered();
    }
  }
}
