package io.vagus.api;

import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A request as it came.
 *
 * @param rawPath percent-encoded, begins with a slash
 * @param rawQuery percent-encoded, without the question mark
 * @param headers a field's value by its name
 */
record Request(
    String method,
    String rawPath,
    String rawQuery,
    Function<String, Optional<String>> headers,
    InputStream body) {

  Optional<String> header(String name) {
    return headers.apply(name);
  }

  /** Whether it reached the HTTP listener by TLS, which says so. */
  boolean isSecure() {
    return header("X-Forwarded-Proto").orElse("").equals("https");
  }

  /** RFC 6265. */
  Optional<String> cookie(String name) {
    for (String pair : header("Cookie").orElse("").split(";")) {
      int cut = pair.indexOf('=');
      if (cut > 0 && pair.substring(0, cut).strip().equals(name)) {
        return Optional.of(pair.substring(cut + 1).strip());
      }
    }
    return Optional.empty();
  }

  /** Of the client, as the HTTP listener saw it: it appends itself what nobody else can. */
  String address() {
    String chain = header("X-Forwarded-For").orElse("local");
    return chain.substring(chain.lastIndexOf(',') + 1).strip();
  }

  /** Split before decoding: an encoded slash is part of a segment, dots mean nothing. */
  List<String> segments() {
    return Route.split(rawPath).stream().map(s -> Percent.decode("path", s, false)).toList();
  }
}
