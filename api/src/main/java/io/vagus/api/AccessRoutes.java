package io.vagus.api;

import io.vagus.kit.Durations;
import io.vagus.model.Page;
import io.vagus.registry.Registry;
import io.vagus.registry.Registry.Application;
import io.vagus.registry.Registry.Grant;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** Who else may come in: applications (MQTT) and tokens (this API). Thread-safe. */
final class AccessRoutes {
  private static final String APPLICATIONS = "/api/v1/applications";
  private static final String APPLICATION = APPLICATIONS + "/{name}";
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";
  private static final int MAX_GRANTS = 1000;
  private static final int MAX_FILTER = 1024;
  private static final Duration LONGEST = Duration.ofDays(3650);

  private final Registry registry;

  AccessRoutes(Registry registry) {
    this.registry = registry;
  }

  List<Route> routes() {
    return List.of(
        Route.get(APPLICATIONS, this::list).needing(Scope.ADMIN),
        Route.get(APPLICATION, this::read).needing(Scope.ADMIN),
        Route.write("PUT", APPLICATION, Route.Body.SECRET_JSON, this::save).needing(Scope.ADMIN),
        Route.write("DELETE", APPLICATION, Route.Body.NONE, this::delete).needing(Scope.ADMIN),
        Route.write("POST", "/api/v1/tokens", Route.Body.JSON, this::issue).needing(Scope.ADMIN));
  }

  private Reply list(Call call) {
    return Shape.page(new Page<>(registry.applications(), Optional.empty()), AccessRoutes::write);
  }

  private Reply read(Call call) {
    Application application = existing(call.path("name"));
    return Reply.json(200, out -> write(out, application));
  }

  private Reply save(Call call) throws IOException {
    String name = call.path("name");
    requireName(name);
    JsonObject json = call.json();
    Optional<String> secret = DeviceShape.secret(json);
    List<Grant> grants = json.require("grants", json.list("grants", AccessRoutes::grant));
    json.end();
    if (grants.size() > MAX_GRANTS) {
      throw Problem.invalid("grants", grants.size() + " grants (expected: <= " + MAX_GRANTS + ")");
    }
    Application application = registry.saveApplication(name, secret, grants);
    return Reply.json(200, out -> write(out, application));
  }

  private static Grant grant(JsonObject json) {
    String filter = json.require("filter", json.string("filter"));
    boolean publish = json.bool("publish").orElse(false);
    boolean subscribe = json.bool("subscribe").orElse(false);
    json.end();
    if (filter.isEmpty() || filter.length() > MAX_FILTER) {
      throw Problem.invalid(
          "filter", filter.length() + " characters (expected: 1 to " + MAX_FILTER + ")");
    }
    return new Grant(filter, publish, subscribe);
  }

  private Reply delete(Call call) {
    registry.deleteApplication(existing(call.path("name")).name());
    return Reply.noContent();
  }

  private Reply issue(Call call) throws IOException {
    JsonObject json = call.json();
    String name = json.require("name", json.string("name"));
    requireName(name);
    List<String> scopes = json.require("scopes", json.strings("scopes"));
    Optional<Duration> lifetime =
        json.string("lifetime").map(l -> json.make("lifetime", () -> Durations.parse(l)));
    json.end();
    if (scopes.isEmpty() || !Scope.LABELS.containsAll(scopes)) {
      throw Problem.invalid("scopes", scopes + " (expected: some of " + Scope.LABELS + ")");
    }
    if (lifetime.isPresent()
        && (lifetime.get().isZero() || lifetime.get().compareTo(LONGEST) > 0)) {
      throw Problem.invalid("lifetime", lifetime.get() + " (expected: up to 3650d)");
    }
    String token = registry.credentials().issueToken(name, scopes, lifetime);
    return Reply.secretJson(
        201,
        out -> {
          writeToken(out, name, scopes);
          out.writeStringProperty("token", token);
        },
        out -> writeToken(out, name, scopes));
  }

  private static void writeToken(JsonGenerator out, String name, List<String> scopes) {
    out.writeStringProperty("name", name);
    Shape.strings(out, "scopes", scopes);
  }

  private Application existing(String name) {
    return registry.applications().stream()
        .filter(a -> a.name().equals(name))
        .findFirst()
        .orElseThrow(() -> Problem.notFound("application", name));
  }

  private static void requireName(String name) {
    if (!name.matches(NAME)) {
      throw Problem.invalid(
          "name", Problem.shown(name) + " (expected: 1 to 64 of letters, digits and . _ -)");
    }
  }

  private static void write(JsonGenerator out, Application application) {
    out.writeStringProperty("name", application.name());
    Shape.items(
        out,
        "grants",
        application.grants(),
        (o, grant) -> {
          o.writeStringProperty("filter", grant.filter());
          o.writeBooleanProperty("publish", grant.publish());
          o.writeBooleanProperty("subscribe", grant.subscribe());
        });
  }
}
