package io.vagus.api;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.registry.Actor;
import io.vagus.registry.Caller;
import io.vagus.registry.EventLog;
import io.vagus.registry.Fact;
import io.vagus.registry.People;
import io.vagus.registry.Registry;
import io.vagus.registry.Right;
import io.vagus.registry.Subject;
import io.vagus.registry.User;
import io.vagus.wire.JsonObject;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import tools.jackson.core.JsonGenerator;

/** Signing in to the console and out of it. Thread-safe. */
final class SessionRoutes {
  private static final String PATH = "/api/v1/session";
  private static final int MAX_CHECKS = 32;
  private static final int MAX_FIELD = 1024;

  private final Sessions sessions;
  private final People people;
  private final EventLog events;
  private final LoginThrottle throttle;
  private final OidcConfig oidc;
  private final boolean open;

  /** Password checks under way: each costs memory and processor time. */
  private final Semaphore checks = new Semaphore(MAX_CHECKS);

  SessionRoutes(
      Registry registry, Sessions sessions, LoginThrottle throttle, OidcConfig oidc, boolean open) {
    this.sessions = sessions;
    this.people = registry.people();
    this.events = registry.events();
    this.throttle = throttle;
    this.oidc = oidc;
    this.open = open;
  }

  List<Route> routes() {
    return List.of(
        Route.get(PATH, this::read),
        Route.write("POST", PATH, Route.Body.NONE, this::begin),
        Route.write("DELETE", PATH, Route.Body.NONE, this::end),
        Route.write("POST", "/api/v1/login", Route.Body.SECRET_JSON, this::login));
  }

  private Reply read(Call call) {
    return Reply.json(
        200,
        out -> {
          out.writeBooleanProperty("open", open);
          out.writeBooleanProperty("signedIn", call.caller().isPresent());
          if (oidc.isOn()) {
            out.writeStringProperty("provider", oidc.name());
          }
          call.caller().ifPresent(caller -> write(out, caller));
        });
  }

  private void write(JsonGenerator out, Caller caller) {
    out.writeStringProperty("actor", caller.actor());
    people.find(caller.user()).ifPresent(user -> write(out, user));
    rights(out, "rights", caller::has);
    rights(out, "everywhere", caller::hasEverywhere);
  }

  private static void rights(JsonGenerator out, String name, Predicate<Right> has) {
    Shape.strings(out, name, Arrays.stream(Right.values()).filter(has).map(Right::label).toList());
  }

  private static void write(JsonGenerator out, User user) {
    out.writeStringProperty("user", user.name());
    out.writeStringProperty("displayName", user.displayName());
    out.writeBooleanProperty("secondFactor", user.secondFactor());
  }

  /** With a token. */
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
    return sessions.begin(call.request(), new Sessions.OfToken(token), Reply.noContent());
  }

  private Reply end(Call call) {
    return sessions.end(call.request(), Reply.noContent());
  }

  private Reply login(Call call) throws IOException {
    JsonObject json = call.json();
    String name = json.require("name", json.string("name"));
    String password = json.require("password", json.string("password"));
    Optional<String> code = json.string("code");
    json.end();
    if (name.length() > MAX_FIELD) {
      throw Problem.invalid("name", name.length() + " characters (expected: <= 1024)");
    }
    Access.requireConsole(call.request());
    User user = prove(call.request(), name, password, code);
    Actor.user(user.name())
        .call(() ->
            events.append(
                Fact.noted(
                    Subject.user(user.name()),
                    "user.signed-in",
                    Map.of("address", call.request().address()))));
    return sessions.begin(call.request(), user, Reply.noContent());
  }

  /** Whom name, password and code prove; failures are counted and cost waits. */
  User prove(Request request, String name, String password, Optional<String> code) {
    String address = request.address();
    throttle.require(address, name);
    switch (check(name, password, code)) {
      case People.Proved(User user) -> {
        throttle.succeeded(address, name);
        return user;
      }
      case People.CodeMissing() ->
          throw Problem.invalid("code", "missing (expected: the six digits of your authenticator)");
      case People.Wrong() -> {
        throttle.failed(address, name);
        throw new VagusException(
            ErrorCode.UNAUTHENTICATED, "login: name, password or code is wrong");
      }
    }
  }

  private People.Proof check(String name, String password, Optional<String> code) {
    if (!checks.tryAcquire()) {
      throw new VagusException(ErrorCode.BUSY, "too many sign-ins at once; try again");
    }
    try {
      return Actor.user(name).call(() -> people.prove(name, password, code));
    } finally {
      checks.release();
    }
  }
}
