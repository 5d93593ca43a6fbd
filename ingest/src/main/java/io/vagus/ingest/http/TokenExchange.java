package io.vagus.ingest.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.vagus.ingest.http.Answers.Problem;
import io.vagus.kit.ErrorCode;
import io.vagus.registry.Credentials;
import io.vagus.registry.Credentials.BoundToken;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A device shows its secret once and gets a token that stands for it for ten minutes, so that the
 * secret does not travel with each message (RFC 6749 §4.4: client credentials). Confined to the
 * connection's event loop.
 *
 * @param made takes the answer's body
 * @param refused ends the request
 */
record TokenExchange(
    Peer peer, HttpRequest request, Consumer<String> made, Consumer<Problem> refused) {
  private static final String PATH = "/token";

  static boolean isAsked(HttpRequest request) {
    return request.uri().equals(PATH);
  }

  void ask() {
    Optional<BasicCredentials> given =
        Optional.ofNullable(request.headers().get(HttpHeaderNames.AUTHORIZATION))
            .flatMap(BasicCredentials::parse);
    if (!request.method().equals(HttpMethod.POST)) {
      refused.accept(
          Problem.of(ErrorCode.METHOD_NOT_ALLOWED, "method: not allowed (expected: POST)"));
    } else if (given.isEmpty() || Credentials.isBound(given.get().secret())) {
      refused.accept(
          Problem.of(
              ErrorCode.BAD_CREDENTIALS,
              "authorization: none (expected: Basic with device id and secret)"));
    } else {
      BasicCredentials shown = given.get();
      peer.authenticate(shown, verdict -> judged(verdict, shown.name()));
    }
  }

  private void judged(Credentials.Verdict verdict, String name) {
    switch (verdict) {
      case Credentials.DeviceVerdict d ->
          peer.parts().authenticator().bind(peer.channel().eventLoop(), name, this::bound);
      case Credentials.ApplicationVerdict a ->
          refuse(ErrorCode.NOT_AUTHORIZED, "application: " + name + " (expected: a device)", name);
      case Credentials.Refused r -> refuse(r.code(), r.why(), name);
    }
  }

  private void bound(Optional<BoundToken> token) {
    if (token.isEmpty()) {
      refused.accept(Problem.of(ErrorCode.BAD_CREDENTIALS, "device: has no secret any more"));
      return;
    }
    // RFC 6749 §5.1.
    made.accept(
        "{\"access_token\":"
            + Answers.quote(token.get().text())
            + ",\"token_type\":\"Bearer\",\"expires_in\":"
            + token.get().life().toSeconds()
            + "}\n");
  }

  private void refuse(ErrorCode code, String why, String name) {
    peer.parts().watch().refused(peer.shared().transport(), code.code(), peer.host(), name, why);
    Duration wait = peer.parts().authenticator().backoff(peer.address(), name);
    refused.accept(new Problem(code.httpStatus(), code, why, Optional.empty(), wait));
  }
}
