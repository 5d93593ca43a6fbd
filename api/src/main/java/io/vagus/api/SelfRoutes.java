package io.vagus.api;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.registry.Caller;
import io.vagus.registry.People;
import io.vagus.registry.Registry;
import io.vagus.wire.JsonObject;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What a user changes about himself: each asks for his password again, since a session may be
 * somebody else's by now. Thread-safe.
 */
final class SelfRoutes {
  private static final String FACTOR = "/api/v1/me/second-factor";

  private final People people;
  private final SessionRoutes login;
  private final Sessions sessions;

  SelfRoutes(Registry registry, SessionRoutes login, Sessions sessions) {
    this.people = registry.people();
    this.login = login;
    this.sessions = sessions;
  }

  List<Route> routes() {
    return List.of(
        Route.write("POST", "/api/v1/me/password", Route.Body.SECRET_JSON, this::password),
        Route.write("POST", FACTOR, Route.Body.SECRET_JSON, this::begin),
        Route.write("POST", FACTOR + "/confirm", Route.Body.SECRET_JSON, this::confirm),
        Route.write("POST", FACTOR + "/remove", Route.Body.SECRET_JSON, this::remove));
  }

  /** His other sessions end; this one goes on as a new one. */
  private Reply password(Call call) throws IOException {
    JsonObject json = call.json();
    String next = json.require("newPassword", json.string("newPassword"));
    String name = proved(call, json);
    return sessions.begin(call.request(), people.setPassword(name, next), Reply.noContent());
  }

  private Reply begin(Call call) throws IOException {
    String name = proved(call, call.json());
    String secret = people.beginTotp(name);
    return Reply.secretJson(
        200,
        out -> {
          out.writeStringProperty("secret", secret);
          out.writeStringProperty("uri", uri(name, secret));
        },
        out -> {
          out.writeStringProperty("secret", "");
          out.writeStringProperty("uri", "");
        });
  }

  /** As authenticators read it, from a link or a picture. */
  private static String uri(String name, String secret) {
    return "otpauth://totp/Vagus:"
        + URLEncoder.encode(name, StandardCharsets.UTF_8)
        + "?secret="
        + secret
        + "&issuer=Vagus";
  }

  private Reply confirm(Call call) throws IOException {
    JsonObject json = call.json();
    String code = json.require("code", json.string("code"));
    json.end();
    people.confirmTotp(user(call), code);
    return Reply.noContent();
  }

  private Reply remove(Call call) throws IOException {
    people.removeTotp(proved(call, call.json()));
    return Reply.noContent();
  }

  private String proved(Call call, JsonObject json) {
    String password = json.require("password", json.string("password"));
    Optional<String> code = json.string("code");
    json.end();
    String name = user(call);
    return login.prove(call.request(), name, password, code).name();
  }

  private static String user(Call call) {
    return call.caller()
        .filter(caller -> caller.actor().startsWith("user:"))
        .map(Caller::user)
        .orElseThrow(() ->
            new VagusException(
                ErrorCode.FORBIDDEN, "session: of no user (expected: sign in with a name)"));
  }
}
