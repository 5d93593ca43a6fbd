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
import io.vagus.trust.ProvisioningTokens;
import java.nio.charset.StandardCharsets;
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
  private static final String EST = "/.well-known/est/simple";
  private static final String JSON = "/enrol";
  private static final String BEARER = "Bearer ";

  static boolean isNeeded(HttpRequest request) {
    return request.uri().startsWith(EST) || request.uri().equals(JSON);
  }

  void ask() {
    request.headers().remove(EstServer.ENROLLEE_HEADER);
    ListenerParts parts = peer.parts();
    String authorization = request.headers().get(HttpHeaderNames.AUTHORIZATION, "");
    // A certificate lasts longer than a bound token: it takes the secret itself.
    Optional<BasicCredentials> given =
        BasicCredentials.parse(authorization).filter(shown -> !Credentials.isBound(shown.secret()));
    Optional<String> token = token(authorization, given);
    if (peer.shared().transport() != Transport.HTTPS) {
      refused.accept(
          Problem.of(ErrorCode.NOT_AUTHORIZED, "listener: http (expected: https, RFC 7030 §3.3)"));
    } else if (token.isPresent() && parts.certificates().isSetUp()) {
      byToken(parts, token.get());
    } else if (given.isPresent()) {
      BasicCredentials shown = given.get();
      peer.authenticate(shown, verdict -> judged(verdict, shown.name()));
    } else if (parts.certificates().isShownBy(peer.channel())) {
      parts.certificates().identify(peer.channel(), this::identified);
    } else {
      // A challenge has no body: one that goes unread is an error to Bouncy Castle's client.
      refused.accept(Problem.of(ErrorCode.BAD_CREDENTIALS, ""));
    }
  }

  /** A provisioning token, as itself or in the password's place, where EST clients can put it. */
  private static Optional<String> token(String authorization, Optional<BasicCredentials> given) {
    Optional<String> shown =
        authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
            ? Optional.of(authorization.substring(BEARER.length()).strip())
            : given.map(g -> new String(g.secret(), StandardCharsets.UTF_8));
    return shown.filter(text -> text.startsWith(ProvisioningTokens.PREFIX));
  }

  private void byToken(ListenerParts parts, String token) {
    parts
        .certificates()
        .identifyByToken(
            peer.channel(), peer.address(), token, identity -> identified(identity, token));
  }

  private void judged(Credentials.Verdict verdict, String name) {
    switch (verdict) {
      case Credentials.DeviceVerdict d -> admit(new Enrollee.Known(d.device().id(), "", false));
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
    identified(identity, "");
  }

  private void identified(Identity identity, String token) {
    switch (identity) {
      case Identity.Proved p -> admit(new Enrollee.Known(p.device().id(), p.serial(), false));
      case Identity.Late l -> admit(new Enrollee.Known(l.device().id(), l.serial(), true));
      case Identity.Enrolling e -> admit(e.who());
      case Identity.Undecided u -> refuse(u.code(), u.why(), token);
      case Identity.Refused r ->
          refuse(r.reason().code(), r.reason().label() + ": " + r.why(), token);
    }
  }

  private void refuse(ErrorCode code, String why, String token) {
    ListenerParts parts = peer.parts();
    parts
        .watch()
        .refused(Transport.HTTPS, code.code(), peer.host(), ProvisioningTokens.id(token), why);
    Duration wait =
        token.isEmpty() ? Duration.ZERO : parts.certificates().backoff(peer.address(), token);
    refused.accept(new Problem(code.httpStatus(), code, why, Optional.empty(), wait));
  }

  private void admit(Enrollee enrollee) {
    request.headers().set(EstServer.ENROLLEE_HEADER, peer.parts().certificates().seal(enrollee));
    admitted.run();
  }
}
