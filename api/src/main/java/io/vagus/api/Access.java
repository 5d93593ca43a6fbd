package io.vagus.api;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.VagusException;
import io.vagus.model.GroupId;
import io.vagus.registry.Actor;
import io.vagus.registry.Caller;
import io.vagus.registry.Callers;
import io.vagus.registry.PasswordBackoff;
import io.vagus.registry.Reach;
import io.vagus.registry.Registry;
import io.vagus.registry.Right;
import io.vagus.registry.RightUses;
import io.vagus.watch.Watch;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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

  private final Registry registry;
  private final Watch watch;
  private final Callers callers;
  private final RightUses uses;
  private final Sessions sessions;
  private final PasswordBackoff guesses;
  private final boolean open;
  private final boolean openMetrics;

  Access(
      Registry registry,
      Watch watch,
      Sessions sessions,
      MonotonicClock clock,
      boolean open,
      boolean openMetrics) {
    this.registry = registry;
    this.watch = watch;
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

  /**
   * Somebody who may make the call.
   *
   * @param sight how far he may see with it
   */
  record Allowed(Optional<Caller> caller, Sight sight) {}

  /**
   * Who asks, when it is somebody who may.
   *
   * @param parameters of the path
   */
  Allowed authorise(Request request, Route route, Map<String, String> parameters) {
    Optional<Caller> caller = open ? Optional.of(ANYBODY) : caller(request, route);
    return switch (RouteRights.of(route)) {
      case RouteRights.Nothing() -> new Allowed(caller, sight(Set.of()));
      case RouteRights.Needs needs -> allowed(request, needs, parameters, caller);
      case RouteRights.Forbidden() ->
          throw new VagusException(
              ErrorCode.FORBIDDEN, "right: none is set for this call, so nobody may make it");
    };
  }

  /** Whether a request that was allowed would be so now; for what lasts. */
  boolean isAllowed(Request request, Route route, Map<String, String> parameters) {
    if (open) {
      return true;
    }
    return switch (RouteRights.of(route)) {
      case RouteRights.Nothing() -> true;
      case RouteRights.Needs needs ->
          caller(request, route)
              .filter(caller -> caller.has(needs.right()))
              .filter(
                  caller -> Extents.isFarEnough(needs, parameters, sight(caller, needs.right())))
              .isPresent();
      case RouteRights.Forbidden() -> false;
    };
  }

  private Allowed allowed(
      Request request,
      RouteRights.Needs needs,
      Map<String, String> parameters,
      Optional<Caller> caller) {
    Right right = needs.right();
    if (right == Right.METRICS_READ && openMetrics) {
      return new Allowed(caller, sight(Set.of(GroupId.ALL)));
    }
    if (caller.isEmpty()) {
      throw unknown(request);
    }
    if (!caller.get().has(right)) {
      throw new VagusException(
          ErrorCode.FORBIDDEN,
          "right: " + right.label() + " is not among those of " + caller.get().actor());
    }
    Sight sight = sight(caller.get(), right);
    if (!Extents.isFarEnough(needs, parameters, sight)) {
      throw Extents.tooFar(needs, parameters, caller.get());
    }
    if (!open) {
      uses.used(caller.get().actor(), right);
    }
    return new Allowed(caller, sight);
  }

  private Sight sight(Caller caller, Right right) {
    return sight(caller.groups(right));
  }

  private Sight sight(Set<GroupId> groups) {
    return new Sight(Reach.of(registry.groups(), groups), registry, watch);
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
