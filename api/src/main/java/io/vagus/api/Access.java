package io.vagus.api;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.VagusException;
import io.vagus.registry.Actor;
import io.vagus.registry.Caller;
import io.vagus.registry.Callers;
import io.vagus.registry.PasswordBackoff;
import io.vagus.registry.Registry;
import io.vagus.registry.Right;
import io.vagus.registry.RightUses;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Who may call what. With tokens: {@code Authorization: Bearer} (RFC 6750), or the cookie of a
 * session of the console. Without, in open mode: everybody whose browser was not led here by a
 * foreign page, be it through that page's own request (Origin) or through a name that it made
 * resolve to this machine (Host, DNS rebinding).
 *
 * <p>Requests arrive from the HTTP listener's relay, so that all come from loopback: the address
 * says nothing about who asks, and even {@code /metrics} wants a token unless configured otherwise.
 */
final class Access {
  private static final int MAX_TOKEN_LENGTH = 512;
  private static final int FREE_GUESSES = 20;
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
  private static final String BEARER = "bearer";
  private static final String CONSOLE = "X-Vagus-Console";
  private static final Caller ANYBODY = Caller.withAllRights(Actor.ANYBODY.text());

  private final Callers callers;
  private final RightUses uses;
  private final Sessions sessions;
  private final PasswordBackoff guesses;
  private final boolean open;
  private final boolean openMetrics;

  Access(
      Registry registry,
      Sessions sessions,
      MonotonicClock clock,
      boolean open,
      boolean openMetrics) {
    this.callers = new Callers(registry);
    this.uses = registry.rightUses();
    this.sessions = sessions;
    this.guesses = new PasswordBackoff(FREE_GUESSES, FREE_GUESSES, LONGEST_WAIT, clock);
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
    requireOwnOrigin(request);
  }

  private static void requireOwnOrigin(Request request) {
    String host = request.header("Host").orElse("").toLowerCase(Locale.ROOT);
    Optional<String> origin = request.header("Origin").map(o -> o.toLowerCase(Locale.ROOT));
    if (origin.isPresent() && !isSame(origin.get(), host)) {
      throw new VagusException(
          ErrorCode.FORBIDDEN,
          "Origin: " + Problem.shown(origin.get()) + " (expected: this server's own pages)");
    }
  }

  /**
   * Refuses what a page of another site may have sent with our cookie: a browser sends its cookies
   * along with whatever page asks it to, but no such header, and it says where the page is from.
   */
  static void requireConsole(Request request) {
    if (!request.header(CONSOLE).orElse("").equals("1")) {
      throw new VagusException(
          ErrorCode.FORBIDDEN, CONSOLE + ": missing (expected: 1 with a session's cookie)");
    }
    requireOwnOrigin(request);
  }

  /** Who asks, when it is somebody who may. */
  Optional<Caller> authorise(Request request, Route route) {
    Optional<Caller> caller = open ? Optional.of(ANYBODY) : caller(request, route);
    return switch (RouteRights.of(route)) {
      case RouteRights.Nothing() -> caller;
      case RouteRights.Needs(Right right) -> allowed(request, right, caller);
      case RouteRights.Forbidden() ->
          throw new VagusException(
              ErrorCode.FORBIDDEN, "right: none is set for this call, so nobody may make it");
    };
  }

  /** Whether a request that was allowed would be so now; for what lasts. */
  boolean isAllowed(Request request, Route route) {
    return open
        || switch (RouteRights.of(route)) {
          case RouteRights.Nothing() -> true;
          case RouteRights.Needs(Right right) ->
              caller(request, route).filter(caller -> isGranted(caller, right)).isPresent();
          case RouteRights.Forbidden() -> false;
        };
  }

  private Optional<Caller> allowed(Request request, Right right, Optional<Caller> caller) {
    if (right == Right.METRICS_READ && openMetrics) {
      return caller;
    }
    if (caller.isEmpty()) {
      throw unknown(request);
    }
    if (!isGranted(caller.get(), right)) {
      throw new VagusException(
          ErrorCode.FORBIDDEN,
          "right: " + right.label() + " is not among those of " + caller.get().actor());
    }
    if (!open) {
      uses.used(caller.get().actor(), right);
    }
    return caller;
  }

  private static boolean isGranted(Caller caller, Right right) {
    return switch (right) {
      case SELF, TOKEN_ISSUE -> caller.has(right);
      default -> caller.hasEverywhere(right);
    };
  }

  private RuntimeException unknown(Request request) {
    if (request.header("Authorization").isEmpty()) {
      return new VagusException(
          ErrorCode.UNAUTHENTICATED, "Authorization: missing (expected: Bearer and a token)");
    }
    Duration wait = guesses.wait(request.address(), BEARER);
    guesses.failed(request.address(), BEARER);
    return wait.isZero()
        ? new VagusException(
            ErrorCode.UNAUTHENTICATED, "Authorization: the token is not known or has ended")
        : new Throttled("Authorization", wait);
  }

  private Optional<Caller> caller(Request request, Route route) {
    if (request.header("Authorization").isPresent()) {
      return bearer(request).flatMap(callers::ofToken);
    }
    Optional<Caller> signedIn = sessions.caller(request);
    if (signedIn.isPresent() && route.mutates()) {
      requireConsole(request);
    }
    return signedIn;
  }

  /** As the event log names who asks. */
  static Actor actor(Optional<Caller> caller) {
    return caller.map(c -> Actor.parse(c.actor())).orElse(Actor.ANYBODY);
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
