package io.vagus.ingest.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vagus.kit.ErrorCode;
import io.vagus.ledger.MessageId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** Responses as bytes. What does not change from one to the next is encoded once. */
final class Answers {
  private static final int HEAD_ROOM_BYTES = 320;
  private static final byte[] NOTHING = {};
  private static final byte[] OK = ascii("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n");
  private static final byte[] NO_CONTENT = ascii("HTTP/1.1 204 No Content\r\n");
  private static final byte[] CLOSE = ascii("connection: close\r\n");
  private static final byte[] LENGTH = ascii("content-length: ");
  private static final byte[] HEAD_END = ascii("\r\n\r\n");
  private static final byte[] NO_STORE = ascii("cache-control: no-store\r\n");
  private static final byte[] BODY = ascii("\r\n\r\n{\"id\":\"");
  private static final byte[] ACCEPTED = ascii("\",\"status\":\"accepted\"");
  private static final byte[] CONTINUE = ascii("HTTP/1.1 100 Continue\r\n\r\n");

  /**
   * Why a request is refused, as problem+json tells it (RFC 9457).
   *
   * @param status of HTTP; mostly {@link ErrorCode#httpStatus}
   * @param detail empty: the answer has no body
   * @param id of the message, when it was kept as a dead letter
   * @param retryAfter zero when trying again does not help
   */
  record Problem(
      int status, ErrorCode code, String detail, Optional<String> id, Duration retryAfter) {

    /** Of a code's own status; what is BUSY now may be tried again in a second. */
    static Problem of(ErrorCode code, String detail) {
      Duration retryAfter =
          code.kind() == ErrorCode.Kind.BUSY ? Duration.ofSeconds(1) : Duration.ZERO;
      return new Problem(code.httpStatus(), code, detail, Optional.empty(), retryAfter);
    }

    /** Where HTTP has a finer status than the code. */
    static Problem of(int status, ErrorCode code, String detail) {
      return new Problem(status, code, detail, Optional.empty(), Duration.ZERO);
    }

    /** What could not be read as a request at all. */
    static Problem ofMalformed(Throwable cause) {
      if (cause instanceof TooLongHttpLineException) {
        return of(414, ErrorCode.PROTOCOL_ERROR, "request: its first line is too long");
      } else if (cause instanceof TooLongHttpHeaderException) {
        return of(431, ErrorCode.PROTOCOL_ERROR, "request: its head is too long");
      }
      return of(400, ErrorCode.PROTOCOL_ERROR, "request: not HTTP/1.1");
    }
  }

  private Answers() {}

  /** RFC 9110 §10.1.1. */
  static byte[] goOn() {
    return CONTINUE;
  }

  /**
   * The message is durable.
   *
   * @param more further members of the JSON object, beginning with a comma, or nothing
   */
  static ByteBuf accepted(
      ByteBufAllocator allocator, byte[] date, long offset, boolean close, String more) {
    byte[] id = ascii(new MessageId(offset).toString());
    byte[] extra = ascii(more + "}\n");
    int length = BODY.length - 4 + id.length + ACCEPTED.length + extra.length;
    ByteBuf out = allocator.buffer(HEAD_ROOM_BYTES);
    out.writeBytes(OK).writeBytes(date);
    if (close) {
      out.writeBytes(CLOSE);
    }
    out.writeBytes(LENGTH).writeBytes(ascii(Integer.toString(length)));
    return out.writeBytes(BODY).writeBytes(id).writeBytes(ACCEPTED).writeBytes(extra);
  }

  /** An answer that nobody on the way may keep. */
  static ByteBuf json(ByteBufAllocator allocator, byte[] date, String json, boolean close) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    ByteBuf out = allocator.buffer(HEAD_ROOM_BYTES + body.length);
    out.writeBytes(OK).writeBytes(date).writeBytes(NO_STORE);
    if (close) {
      out.writeBytes(CLOSE);
    }
    out.writeBytes(LENGTH).writeBytes(ascii(Integer.toString(body.length)));
    return out.writeBytes(HEAD_END).writeBytes(body);
  }

  /** RFC 9110 §15.3.5. */
  static ByteBuf nothing(ByteBufAllocator allocator, byte[] date, boolean close) {
    ByteBuf out = allocator.buffer(HEAD_ROOM_BYTES);
    out.writeBytes(NO_CONTENT).writeBytes(date).writeBytes(NO_STORE);
    if (close) {
      out.writeBytes(CLOSE);
    }
    return out.writeByte('\r').writeByte('\n');
  }

  static ByteBuf problem(
      ByteBufAllocator allocator, byte[] date, Problem problem, boolean close, boolean withBody) {
    String title = title(problem.status());
    boolean untold = problem.detail().isEmpty();
    byte[] body = untold ? NOTHING : body(problem, title).getBytes(StandardCharsets.UTF_8);
    StringBuilder head = new StringBuilder(HEAD_ROOM_BYTES);
    head.append("HTTP/1.1 ").append(problem.status()).append(' ').append(title);
    head.append(untold ? "\r\n" : "\r\ncontent-type: application/problem+json\r\n");
    head.append("content-length: ").append(body.length).append("\r\n");
    if (problem.status() == 401) {
      head.append("www-authenticate: Basic realm=\"vagus\", charset=\"UTF-8\"\r\n");
    }
    if (problem.status() == 405) {
      head.append(problem.detail().endsWith("GET)") ? "allow: GET\r\n" : "allow: POST\r\n");
    }
    if (problem.status() == 415) {
      head.append("accept-encoding: gzip, identity\r\n");
    }
    if (!problem.retryAfter().isZero()) {
      long seconds = Math.max(1, Math.ceilDiv(problem.retryAfter().toMillis(), 1000L));
      head.append("retry-after: ").append(seconds).append("\r\n");
    }
    ByteBuf out = allocator.buffer(HEAD_ROOM_BYTES + body.length);
    out.writeCharSequence(head, StandardCharsets.US_ASCII);
    out.writeBytes(date);
    if (close) {
      out.writeBytes(CLOSE);
    }
    out.writeByte('\r').writeByte('\n');
    return withBody ? out.writeBytes(body) : out;
  }

  private static String body(Problem problem, String title) {
    StringBuilder json = new StringBuilder(200);
    json.append("{\"type\":\"about:blank\",\"title\":").append(quote(title));
    json.append(",\"status\":").append(problem.status());
    json.append(",\"code\":").append(quote(problem.code().code()));
    json.append(",\"detail\":").append(quote(problem.detail()));
    problem.id().ifPresent(id -> json.append(",\"id\":").append(quote(id)));
    return json.append("}\n").toString();
  }

  /** A JSON string (RFC 8259 §7). */
  static String quote(String text) {
    StringBuilder out = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ' || Character.isSurrogate(c)) {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }

  private static String title(int status) {
    return HttpResponseStatus.valueOf(status).reasonPhrase();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
