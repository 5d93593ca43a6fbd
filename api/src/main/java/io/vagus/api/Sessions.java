package io.vagus.api;

import io.vagus.kit.Ids;
import io.vagus.kit.MonotonicClock;
import io.vagus.registry.Credentials;
import io.vagus.registry.Credentials.TokenHolder;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Who is signed in at the console: a cookie that no script can read stands for a token (RFC 6265).
 * It holds for {@link #LIFE} at most, no longer than its token, and not over a restart; beyond
 * {@link #MAX_SESSIONS} the oldest ends. A lock guards it.
 */
final class Sessions {
  static final Duration LIFE = Duration.ofHours(12);
  static final int MAX_SESSIONS = 1000;
  private static final String COOKIE = "vagus_session";
  private static final int ID_BYTES = 32;

  private record Session(String token, long startNanos) {
    @Override
    public String toString() {
      return "Session";
    }
  }

  private final Credentials credentials;
  private final MonotonicClock clock;
  private final SequencedMap<String, Session> sessions = new LinkedHashMap<>();

  Sessions(Credentials credentials, MonotonicClock clock) {
    this.credentials = credentials;
    this.clock = clock;
  }

  /** Begins a session and gives the cookie's value, the only time. */
  synchronized String begin(String token) {
    String id = Ids.randomHex(ID_BYTES);
    sessions.put(id, new Session(token, clock.nanos()));
    if (sessions.size() > MAX_SESSIONS) {
      sessions.pollFirstEntry();
    }
    return id;
  }

  synchronized void end(Request request) {
    cookie(request).ifPresent(sessions::remove);
  }

  /** Whose session the request's cookie stands for. */
  Optional<TokenHolder> holder(Request request) {
    return cookie(request).flatMap(this::token).flatMap(credentials::token);
  }

  private synchronized Optional<String> token(String id) {
    Session session = sessions.get(id);
    if (session == null) {
      return Optional.empty();
    }
    if (clock.nanos() - session.startNanos() > LIFE.toNanos()) {
      sessions.remove(id);
      return Optional.empty();
    }
    return Optional.of(session.token());
  }

  private static Optional<String> cookie(Request request) {
    for (String pair : request.header("Cookie").orElse("").split(";")) {
      int cut = pair.indexOf('=');
      if (cut > 0 && pair.substring(0, cut).strip().equals(COOKIE)) {
        return Optional.of(pair.substring(cut + 1).strip());
      }
    }
    return Optional.empty();
  }

  /** The header that sets the cookie; an empty id takes it back. */
  static String setCookie(String id, boolean secure) {
    return COOKIE
        + "="
        + id
        + "; Path=/; HttpOnly; SameSite=Strict; Max-Age="
        + (id.isEmpty() ? 0 : LIFE.toSeconds())
        + (secure ? "; Secure" : "");
  }
}
