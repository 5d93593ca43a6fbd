package io.vagus.ingest.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.vagus.ingest.http.Answers.Problem;
import io.vagus.kit.ErrorCode;
import java.util.Locale;
import java.util.Optional;

/**
 * What the head of a device's request says.
 *
 * @param path empty when the contract does not have it
 * @param poll how it wants to wait
 * @param contentType lower case without parameters; empty when nothing was said
 * @param expectsGoOn whether the body waits for a 100 (RFC 9110 §10.1.1)
 */
record DeviceRequest(
    Optional<DevicePath> path,
    String method,
    Poll poll,
    boolean isHead,
    Optional<String> authorization,
    String contentEncoding,
    String contentType,
    Optional<String> messageId,
    long contentLength,
    boolean expectsGoOn) {
  private static final int MAX_CONTENT_TYPE_LENGTH = 128;
  private static final int MAX_MESSAGE_ID_LENGTH = 256;

  /** What curl says of a body unless told otherwise: nothing that a device means. */
  private static final String FORM = "application/x-www-form-urlencoded";

  static DeviceRequest read(HttpRequest request) {
    HttpHeaders headers = request.headers();
    return new DeviceRequest(
        DevicePath.parse(request.uri()),
        request.method().name(),
        Poll.of(request.uri()),
        request.method().equals(HttpMethod.HEAD),
        Optional.ofNullable(headers.get(HttpHeaderNames.AUTHORIZATION)),
        lower(headers.get(HttpHeaderNames.CONTENT_ENCODING, "")),
        contentType(headers.get(HttpHeaderNames.CONTENT_TYPE, "")),
        Optional.ofNullable(headers.get("Idempotency-Key")),
        HttpUtil.getContentLength(request, -1L),
        HttpUtil.is100ContinueExpected(request));
  }

  /** What the head alone is refused for; empty when the body is wanted. */
  Optional<Problem> problem(long maxPayloadBytes) {
    if (path.isEmpty()) {
      return refuse(ErrorCode.NOT_FOUND, "path: not of the device contract (docs/contract.md)");
    } else if (!method.equals(path.get().target().method())) {
      return refuse(
          ErrorCode.METHOD_NOT_ALLOWED,
          "method: not allowed (expected: " + path.get().target().method() + ")");
    } else if (poll.problem().isPresent()) {
      return refuse(ErrorCode.INVALID_REQUEST, poll.problem().get());
    } else if (contentLength > maxPayloadBytes) {
      return refuse(
          ErrorCode.PAYLOAD_TOO_LARGE,
          "contentLength: " + contentLength + " (expected: <= " + maxPayloadBytes + ")");
    } else if (!isGzip() && !contentEncoding.isEmpty() && !contentEncoding.equals("identity")) {
      return refuse(
          ErrorCode.CONTENT_TYPE_UNKNOWN,
          "content-encoding: " + contentEncoding + " (expected: gzip or none)");
    } else if (contentType.length() > MAX_CONTENT_TYPE_LENGTH) {
      return refuse(
          ErrorCode.CONTENT_TYPE_UNKNOWN,
          "contentTypeLength: "
              + contentType.length()
              + " (expected: <= "
              + MAX_CONTENT_TYPE_LENGTH
              + ")");
    } else if (messageId.isPresent()
        && (messageId.get().isBlank() || messageId.get().length() > MAX_MESSAGE_ID_LENGTH)) {
      return refuse(
          ErrorCode.PROTOCOL_ERROR,
          "idempotencyKeyLength: "
              + messageId.get().length()
              + " (expected: 1 to "
              + MAX_MESSAGE_ID_LENGTH
              + ")");
    }
    return Optional.empty();
  }

  /** Whether it carries a message, so that refusing it counts as a message refused. */
  boolean isMessage() {
    return path.isPresent()
        && path.get().target() instanceof DevicePath.Message
        && method.equals("POST");
  }

  boolean isGzip() {
    return contentEncoding.equals("gzip") || contentEncoding.equals("x-gzip");
  }

  private static Optional<Problem> refuse(ErrorCode code, String detail) {
    return Optional.of(Problem.of(code, detail));
  }

  private static String contentType(String header) {
    int semicolon = header.indexOf(';');
    String type = lower(semicolon < 0 ? header : header.substring(0, semicolon));
    return type.equals(FORM) ? "" : type;
  }

  private static String lower(String header) {
    return header.strip().toLowerCase(Locale.ROOT);
  }
}
