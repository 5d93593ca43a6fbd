package io.vagus.api;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.registry.Credentials.TokenHolder;
import java.util.List;

/** Signing in to the console and out of it. Thread-safe. */
final class SessionRoutes {
  private static final String PATH = "/api/v1/session";

  private final Sessions sessions;
  private final boolean open;

  SessionRoutes(Sessions sessions, boolean open) {
    this.sessions = sessions;
    this.open = open;
  }

  List<Route> routes() {
    return List.of(
        Route.get(PATH, this::read).needing(Scope.NONE),
        Route.write("POST", PATH, Route.Body.NONE, this::begin).needing(Scope.READ),
        Route.write("DELETE", PATH, Route.Body.NONE, this::end).needing(Scope.READ));
  }

  private Reply read(Call call) {
    return Reply.json(
        200,
        out -> {
          out.writeBooleanProperty("open", open);
          out.writeBooleanProperty("signedIn", call.holder().isPresent());
          call.holder()
              .map(TokenHolder::scopes)
              .flatMap(Scope::widest)
              .ifPresent(scope -> out.writeStringProperty("scope", scope));
        });
  }

  private Reply begin(Call call) {
    if (open) {
      return Reply.noContent();
    }
    String token =
        Access.bearer(call.request())
            .orElseThrow(() ->
                new VagusException(
                    ErrorCode.UNAUTHENTICATED,
                    "Authorization: missing (expected: Bearer and a token)"));
    return Reply.noContent()
        .with("Set-Cookie", Sessions.setCookie(sessions.begin(token), isSecure(call)));
  }

  private Reply end(Call call) {
    sessions.end(call.request());
    return Reply.noContent().with("Set-Cookie", Sessions.setCookie("", isSecure(call)));
  }

  /** The HTTP listener says how the request reached it. */
  private static boolean isSecure(Call call) {
    return call.request().header("X-Forwarded-Proto").orElse("").equals("https");
  }
}
