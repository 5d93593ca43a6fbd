package io.vagus.ingest.http;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Heads as they are passed on: without what concerns one hop only (RFC 9110 §7.6.1). */
final class RelayedHead {
  private static final List<String> ONE_HOP =
      List.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authenticate",
          "proxy-authorization",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private RelayedHead() {}

  /** The request as the API gets it. */
  static HttpRequest request(HttpRequest from, String remoteAddress, String scheme) {
    boolean chunked = HttpUtil.isTransferEncodingChunked(from);
    HttpHeaders headers = new DefaultHttpHeaders().set(from.headers());
    removeOneHop(headers);
    headers.remove(HttpHeaderNames.EXPECT);
    if (chunked) {
      headers.remove(HttpHeaderNames.CONTENT_LENGTH);
      headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    String before = String.join(", ", headers.getAll("X-Forwarded-For"));
    headers.set(
        "X-Forwarded-For", before.isEmpty() ? remoteAddress : before + ", " + remoteAddress);
    headers.set("X-Forwarded-Proto", scheme);
    return new DefaultHttpRequest(HttpVersion.HTTP_1_1, from.method(), from.uri(), headers);
  }

  /** How the end of a response's body is told. */
  enum Framing {
    NO_BODY,
    LENGTH,
    CHUNKED,
    /** By closing the connection, to a client of HTTP/1.0. */
    CLOSE
  }

  static Framing framing(HttpResponse response, HttpMethod method, boolean http11) {
    int status = response.status().code();
    if (method.equals(HttpMethod.HEAD) || status == 204 || status == 304) {
      return Framing.NO_BODY;
    } else if (response.headers().contains(HttpHeaderNames.CONTENT_LENGTH)) {
      return Framing.LENGTH;
    }
    return http11 ? Framing.CHUNKED : Framing.CLOSE;
  }

  /** The response's head as the client gets it. */
  static String response(HttpResponse from, Framing framing, boolean close) {
    HttpHeaders headers = from.headers().copy();
    removeOneHop(headers);
    StringBuilder head = new StringBuilder(512);
    head.append("HTTP/1.1 ").append(from.status().code()).append(' ');
    head.append(from.status().reasonPhrase()).append("\r\n");
    for (Map.Entry<String, String> header : headers) {
      head.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
    }
    if (framing == Framing.CHUNKED) {
      head.append("transfer-encoding: chunked\r\n");
    }
    if (close) {
      head.append("connection: close\r\n");
    }
    return head.append("\r\n").toString();
  }

  private static void removeOneHop(HttpHeaders headers) {
    List<String> named = new ArrayList<>(ONE_HOP);
    for (String line : headers.getAll(HttpHeaderNames.CONNECTION)) {
      for (String name : line.split(",")) {
        named.add(name.strip().toLowerCase(Locale.ROOT));
      }
    }
    named.stream().filter(name -> !name.isEmpty()).forEach(headers::remove);
  }
}
