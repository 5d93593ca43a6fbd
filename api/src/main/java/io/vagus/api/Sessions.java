package io.vagus.api;

import io.vagus.kit.Ids;
import io.vagus.kit.MonotonicClock;
import io.vagus.registry.Caller;
import io.vagus.registry.Callers;
import io.vagus.registry.Registry;
import io.vagus.registry.User;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Who is signed in at the console: a cookie that no script can read stands for a user or a token
 * (RFC 6265). A lock guards it.
 *
 * <pre>
 * begin ──▶ OPEN ──▶ ended by: signing out, {@code login.idle} without a user's act,
 *                    {@code login.life}, a new password, a restart, {@link #MAX_SESSIONS} later ones
 * </pre>
 *
 * What a session may do is asked anew at each call, so that what is taken back is gone at once.
 */
final class Sessions {
  static final int MAX_SESSIONS = 1000;
  private static final String COOKIE = "vagus_session";
  private static final String ACTIVE = "X-Vagus-Active";
  private static final int ID_BYTES = 32;

  /** For whom a session stands. */
  sealed interface Holder {}

  /**
   * @param passwordAt when his password was set: a later one ends the session
   */
  record OfUser(String name, Optional<Instant> passwordAt) implements Holder {}

  record OfToken(String token) implements Holder {
    @Override
    public String toString() {
      return "OfToken";
    }
  }

  private record Session(Holder holder, long startNanos, long activeNanos) {
    Session activeAt(long nanos) {
      return new Session(holder, startNanos, nanos);
    }
  }

  private final Registry registry;
  private final Callers callers;
  private final LoginConfig config;
  private final MonotonicClock clock;
  private final SequencedMap<String, Session> sessions = new LinkedHashMap<>();

  Sessions(Registry registry, LoginConfig config, MonotonicClock clock) {
    this.registry = registry;
    this.callers = new Callers(registry);
    this.config = config;
    this.clock = clock;
  }

  /** Begins a session, ends the one that the request's cookie stood for, and sets the cookie. */
  synchronized Reply begin(Request request, Holder holder, Reply reply) {
    request.cookie(COOKIE).ifPresent(sessions::remove);
    String id = Ids.randomHex(ID_BYTES);
    sessions.put(id, new Session(holder, clock.nanos(), clock.nanos()));
    if (sessions.size() > MAX_SESSIONS) {
      sessions.pollFirstEntry();
    }
    return reply.with("Set-Cookie", setCookie(request, id, config.life()));
  }

  Reply begin(Request request, User user, Reply reply) {
    return begin(request, new OfUser(user.name(), user.passwordAt()), reply);
  }

  synchronized Reply end(Request request, Reply reply) {
    request.cookie(COOKIE).ifPresent(sessions::remove);
    return reply.with("Set-Cookie", setCookie(request, "", Duration.ZERO));
  }

  /** Whose session the request's cookie stands for. */
  Optional<Caller> caller(Request request) {
    return request.cookie(COOKIE).flatMap(id -> holder(request, id)).flatMap(this::caller);
  }

  private Optional<Caller> caller(Holder holder) {
    return switch (holder) {
      case OfToken(String token) -> callers.ofToken(token);
      case OfUser(String name, Optional<Instant> passwordAt) ->
          registry
              .people()
              .find(name)
              .filter(user -> user.passwordAt().equals(passwordAt))
              .flatMap(user -> callers.ofUser(name));
    };
  }

  private synchronized Optional<Holder> holder(Request request, String id) {
    Session session = sessions.get(id);
    if (session == null) {
      return Optional.empty();
    }
    long now = clock.nanos();
    if (now - session.startNanos() > config.life().toNanos()
        || now - session.activeNanos() > config.idle().toNanos()) {
      sessions.remove(id);
      return Optional.empty();
    }
    // Pages ask by themselves all the time; only what their user does keeps the session.
    if (!request.method().equals("GET") || request.header(ACTIVE).isPresent()) {
      sessions.replace(id, session.activeAt(now));
    }
    return Optional.of(session.holder());
  }

  private static String setCookie(Request request, String id, Duration life) {
    return COOKIE
        + "="
        + id
        + "; Path=/; HttpOnly; SameSite=Strict; Max-Age="
        + life.toSeconds()
        + (request.isSecure() ? "; Secure" : "");
  }
}
