package io.vagus.api;

import io.vagus.api.OidcProvider.Person;
import io.vagus.api.OidcProvider.Secrets;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.Ids;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.VagusException;
import io.vagus.model.GroupId;
import io.vagus.registry.Actor;
import io.vagus.registry.Fact;
import io.vagus.registry.People;
import io.vagus.registry.People.NewUser;
import io.vagus.registry.Registry;
import io.vagus.registry.Role;
import io.vagus.registry.RoleGrant;
import io.vagus.registry.Subject;
import io.vagus.registry.User;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Signing in at an OpenID provider. Who leaves for it gets a cookie that must come back with him:
 * nobody can be signed in as somebody else by a link. A lock guards the attempts.
 */
final class OidcRoutes {
  private static final System.Logger LOG = System.getLogger(OidcRoutes.class.getName());
  private static final Set<String> FAILURES = Set.of("state", "provider", "user");
  static final String PATH = "/api/v1/login/oidc";
  private static final String CALLBACK = PATH + "/callback";
  private static final String COOKIE = "vagus_login";
  private static final Duration LIFE = Duration.ofMinutes(10);
  private static final int MAX_ATTEMPTS = 1000;
  private static final int STATE_BYTES = 32;

  private record Attempt(Secrets secrets, URI redirect, long startNanos) {}

  private final OidcConfig config;
  private final Registry registry;
  private final People people;
  private final Sessions sessions;
  private final MonotonicClock clock;
  private final SequencedMap<String, Attempt> attempts = new LinkedHashMap<>();
  private @Nullable OidcProvider provider;

  OidcRoutes(OidcConfig config, Registry registry, Sessions sessions, MonotonicClock clock) {
    this.config = config;
    this.registry = registry;
    this.people = registry.people();
    this.sessions = sessions;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(
        Route.get(PATH, call -> told(call, this::leave)),
        Route.get(
            CALLBACK,
            Set.of("code", "state", "error", Query.OTHERS),
            call -> told(call, this::comeBack)));
  }

  /**
   * A browser is on its way between two servers: what went wrong is told by the page where one
   * signs in. Only words that are known go into its address, so that no link makes it say anything
   * else.
   */
  private static Reply told(Call call, Function<Call, Reply> step) {
    try {
      return step.apply(call);
    } catch (VagusException e) {
      if (!call.request().header("Accept").orElse("").contains("text/html")) {
        throw e;
      }
      String detail = String.valueOf(e.getMessage());
      LOG.log(System.Logger.Level.INFO, "sign-in at the provider failed: {0}", detail);
      String what = detail.substring(0, Math.max(0, detail.indexOf(':')));
      String word = FAILURES.contains(what) ? what : "provider";
      return Reply.bytes(303, "", new byte[0])
          .with("Location", "/#/?failed=" + word + "&code=" + e.code().code());
    }
  }

  private OidcProvider provider() {
    if (!config.isOn()) {
      throw Problem.notFound("provider", "oidc.issuer");
    }
    synchronized (this) {
      if (provider != null) {
        return provider;
      }
    }
    OidcProvider found = new OidcProvider(config);
    synchronized (this) {
      provider = found;
    }
    return found;
  }

  private Reply leave(Call call) {
    OidcProvider asked = provider();
    Attempt attempt = new Attempt(Secrets.make(), redirect(call.request()), clock.nanos());
    String state = Ids.randomHex(STATE_BYTES);
    synchronized (this) {
      attempts.put(state, attempt);
      if (attempts.size() > MAX_ATTEMPTS) {
        attempts.pollFirstEntry();
      }
    }
    URI there = asked.authentication(attempt.redirect(), state, attempt.secrets());
    return Reply.bytes(302, "", new byte[0])
        .with("Location", there.toString())
        .with("Set-Cookie", cookie(call.request(), state, LIFE));
  }

  private URI redirect(Request request) {
    String base = config.baseUrl().replaceFirst("/$", "");
    if (base.isEmpty()) {
      base = (request.isSecure() ? "https://" : "http://") + request.header("Host").orElse("");
    }
    try {
      return URI.create(base + CALLBACK);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid("Host", "no host (expected: as browsers see this server)");
    }
  }

  private Reply comeBack(Call call) {
    String state =
        call.query()
            .string("state")
            .orElseThrow(
                () -> Problem.invalid("state", "missing (expected: the one given on the way)"));
    Attempt attempt = attempt(call.request(), state);
    call.query()
        .string("error")
        .ifPresent(error -> {
          throw new VagusException(
              ErrorCode.UNAUTHENTICATED, "provider: answered " + Problem.shown(error));
        });
    String code =
        call.query()
            .string("code")
            .orElseThrow(() -> Problem.invalid("code", "missing (expected: the provider's code)"));
    User user = user(provider().person(attempt.redirect(), code, attempt.secrets()));
    if (user.disabled()) {
      throw new VagusException(ErrorCode.UNAUTHENTICATED, "user: " + user.name() + " is disabled");
    }
    Actor.user(user.name())
        .call(() ->
            registry
                .events()
                .append(
                    Fact.noted(
                        Subject.user(user.name()),
                        "user.signed-in",
                        Map.of("address", call.request().address(), "by", config.issuer()))));
    return sessions.begin(
        call.request(), user, Reply.bytes(302, "", new byte[0]).with("Location", "/"));
  }

  /** Once, and only for the browser that left. */
  private synchronized Attempt attempt(Request request, String state) {
    Attempt attempt =
        request.cookie(COOKIE).filter(state::equals).map(attempts::remove).orElse(null);
    if (attempt == null || clock.nanos() - attempt.startNanos() > LIFE.toNanos()) {
      throw new VagusException(
          ErrorCode.UNAUTHENTICATED, "state: not of this browser, used, or too old; begin again");
    }
    return attempt;
  }

  /**
   * Whom the provider's person is here. A user with a password is never taken over by a name that
   * the provider's people may choose.
   */
  private User user(Person person) {
    Optional<User> bound = people.bySubject(person.subject());
    if (bound.isPresent()) {
      return bound.get();
    }
    String name = person.name().map(n -> n.toLowerCase(Locale.ROOT)).orElse("");
    Optional<User> known =
        people.find(name).filter(user -> user.passwordAt().isEmpty() && user.subject().isEmpty());
    if (known.isEmpty() && people.find(name).isEmpty()) {
      known =
          Role.of(config.newPeople().name().toLowerCase(Locale.ROOT))
              .map(r -> add(person, name, r));
    }
    if (known.isEmpty()) {
      throw new VagusException(
          ErrorCode.FORBIDDEN,
          "user: the provider's " + Problem.shown(name) + " is nobody here; ask who adds users");
    }
    return people.bind(name, person.subject());
  }

  private User add(Person person, String name, Role role) {
    return people.add(
        new NewUser(
            name,
            person.displayName(),
            Optional.empty(),
            List.of(new RoleGrant(role, GroupId.ALL))));
  }

  /** Lax: the browser comes back from another site. */
  private static String cookie(Request request, String state, Duration life) {
    return COOKIE
        + "="
        + state
        + "; Path="
        + PATH
        + "; HttpOnly; SameSite=Lax; Max-Age="
        + life.toSeconds()
        + (request.isSecure() ? "; Secure" : "");
  }
}
