package io.vagus.api;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.registry.Actor;
import io.vagus.registry.Credentials;
import io.vagus.registry.Credentials.TokenHolder;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Who may call what. With tokens: {@code Authorization: Bearer} (RFC 6750), or the cookie of a
 * session of the console, begun with one. Without, in open mode: everybody whose browser was not
 * led here by a foreign page, be it through that page's own request (Origin) or through a name that
 * it made resolve to this machine (Host, DNS rebinding).
 *
 * <p>Requests arrive from the HTTP listener's relay, so that all come from loopback: the address
 * says nothing about who asks, and even {@code /metrics} wants a token unless configured otherwise.
 */
final class Access {
  private static final int MAX_TOKEN_LENGTH = 512;
  private static final String CONSOLE = "X-Vagus-Console";
  private static final TokenHolder ANYBODY = new TokenHolder("open", List.of(Scope.ADMIN.label()));

  private final Credentials credentials;
  private final Sessions sessions;
  private final boolean open;
  private final boolean openMetrics;

  Access(Credentials credentials, Sessions sessions, boolean open, boolean openMetrics) {
    this.credentials = credentials;
    this.sessions = sessions;
    this.open = open;
    this.openMetrics = openMetrics;
  }

  /** Refuses what a foreign page may have sent; for every path, known or not. */
  void requireOwnPage(Request request) {
    if (!open) {
      return;
    }
    String host = request.header("Host").orElse("").toLowerCase(Locale.ROOT);
    if (!isLoopbackName(host)) {
      throw new VagusException(
          ErrorCode.FORBIDDEN,
          "Host: " + Problem.shown(host) + " (expected: localhost or 127.0.0.1 in open mode)");
    }
    Optional<String> origin = request.header("Origin").map(o -> o.toLowerCase(Locale.ROOT));
    if (origin.isPresent() && !isSame(origin.get(), host)) {
      throw new VagusException(
          ErrorCode.FORBIDDEN,
          "Origin: " + Problem.shown(origin.get()) + " (expected: this server's own pages)");
    }
  }

  /** Who asks, when it is somebody who may. */
  Optional<TokenHolder> authorise(Request request, Route route) {
    Optional<TokenHolder> holder = open ? Optional.of(ANYBODY) : holder(request, route);
    boolean free = route.scope() == Scope.METRICS && openMetrics;
    if (free || route.allows(holder)) {
      return holder;
    }
    if (holder.isPresent()) {
      throw new VagusException(
          ErrorCode.FORBIDDEN,
          "scope: "
              + holder.get().scopes()
              + " (expected: "
              + route.scope().label()
              + " for this call)");
    }
    throw new VagusException(
        ErrorCode.UNAUTHENTICATED,
        request.header("Authorization").isPresent()
            ? "Authorization: the token is not known or has ended"
            : "Authorization: missing (expected: Bearer and a token)");
  }

  private Optional<TokenHolder> holder(Request request, Route route) {
    if (request.header("Authorization").isPresent()) {
      return bearer(request).flatMap(credentials::token);
    }
    Optional<TokenHolder> signedIn = sessions.holder(request);
    // A browser sends its cookies along with whatever page asks it to, but no such header.
    if (signedIn.isPresent()
        && route.mutates()
        && !request.header(CONSOLE).orElse("").equals("1")) {
      throw new VagusException(
          ErrorCode.FORBIDDEN, CONSOLE + ": missing (expected: 1 with a session's cookie)");
    }
    return signedIn;
  }

  /** As the event log names who asks. */
  static Actor actor(Optional<TokenHolder> holder) {
    return holder
        .filter(h -> !h.equals(ANYBODY))
        .map(h -> Actor.token(h.name()))
        .orElse(Actor.ANYBODY);
  }

  /** The token that the request itself shows. */
  static Optional<String> bearer(Request request) {
    return request
        .header("Authorization")
        .filter(a -> a.regionMatches(true, 0, "Bearer ", 0, 7))
        .map(a -> a.substring(7).strip())
        .filter(token -> !token.isEmpty() && token.length() <= MAX_TOKEN_LENGTH);
  }

  private static boolean isLoopbackName(String host) {
    String name = host.replaceFirst(":\\d{1,5}$", "");
    return name.equals("localhost")
        || name.endsWith(".localhost")
        || name.equals("[::1]")
        || name.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
  }

  private static boolean isSame(String origin, String host) {
    return origin.equals("http://" + host) || origin.equals("https://" + host);
  }
}
