package io.vagus.ingest.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.vagus.ingest.ListenerParts;
import io.vagus.ingest.http.Answers.Problem;
import io.vagus.kit.ErrorCode;
import io.vagus.model.Transport;
import io.vagus.registry.Credentials;
import io.vagus.trust.Enrollee;
import io.vagus.trust.EstServer;
import io.vagus.trust.Identity;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Who enrols (RFC 7030 §3.3.1, §3.2.3): a device with its secret, or with its certificate. Proved
 * here, where guessing is bounded, and told to the API under a seal. Confined to the connection's
 * event loop.
 *
 * @param admitted goes on with the request, which carries the seal
 * @param refused ends it
 */
record EnrolmentProof(
    Peer peer, HttpRequest request, Runnable admitted, Consumer<Problem> refused) {
  private static final String PREFIX = "/.well-known/est/simple";

  static boolean isNeeded(HttpRequest request) {
    return request.uri().startsWith(PREFIX);
  }

  void ask() {
    request.headers().remove(EstServer.ENROLLEE_HEADER);
    ListenerParts parts = peer.parts();
    Optional<BasicCredentials> given =
        Optional.ofNullable(request.headers().get(HttpHeaderNames.AUTHORIZATION))
            .flatMap(BasicCredentials::parse)
            // A certificate lasts longer than a token: it takes the secret itself.
            .filter(shown -> !Credentials.isBound(shown.secret()));
    if (peer.shared().transport() != Transport.HTTPS) {
      refused.accept(
          Problem.of(ErrorCode.NOT_AUTHORIZED, "listener: http (expected: https, RFC 7030 §3.3)"));
    } else if (given.isPresent()) {
      byPassword(parts, given.get());
    } else if (parts.certificates().shownBy(peer.channel()).isPresent()) {
      parts.certificates().identify(peer.channel(), this::identified);
    } else {
      // A challenge has no body: one that goes unread is an error to Bouncy Castle's client.
      refused.accept(Problem.of(ErrorCode.BAD_CREDENTIALS, ""));
    }
  }

  private void byPassword(ListenerParts parts, BasicCredentials given) {
    parts
        .authenticator()
        .authenticate(
            peer.channel().eventLoop(),
            peer.address(),
            given.name(),
            given.secret(),
            peer.channel()::isActive,
            verdict -> judged(verdict, given.name()));
  }

  private void judged(Credentials.Verdict verdict, String name) {
    switch (verdict) {
      case Credentials.DeviceVerdict d -> admit(new Enrollee(d.device().id(), "", false));
      case Credentials.ApplicationVerdict a ->
          refused.accept(
              Problem.of(
                  ErrorCode.NOT_AUTHORIZED, "application: " + name + " (expected: a device)"));
      case Credentials.Refused r -> {
        Duration wait = peer.parts().authenticator().backoff(peer.address(), name);
        refused.accept(
            new Problem(r.code().httpStatus(), r.code(), r.why(), Optional.empty(), wait));
      }
    }
  }

  private void identified(Identity identity) {
    switch (identity) {
      case Identity.Proved p -> admit(new Enrollee(p.device().id(), p.serial(), false));
      case Identity.Late l -> admit(new Enrollee(l.device().id(), l.serial(), true));
      case Identity.Undecided u -> refused.accept(Problem.of(u.code(), u.why()));
      case Identity.Refused r -> refused.accept(Problem.of(r.reason().code(), r.why()));
    }
  }

  private void admit(Enrollee enrollee) {
    request.headers().set(EstServer.ENROLLEE_HEADER, peer.parts().certificates().seal(enrollee));
    admitted.run();
  }
}
