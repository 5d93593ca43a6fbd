package io.vagus.api;

import io.vagus.model.Page;
import io.vagus.registry.Registry;
import io.vagus.registry.Registry.Application;
import io.vagus.registry.Registry.Grant;
import io.vagus.wire.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** Clients of the MQTT broker that are no device, and the topics they may use. Thread-safe. */
final class ApplicationRoutes {
  private static final String APPLICATIONS = "/api/v1/applications";
  private static final String APPLICATION = APPLICATIONS + "/{name}";
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";
  private static final int MAX_GRANTS = 1000;
  private static final int MAX_FILTER = 1024;

  private final Registry registry;

  ApplicationRoutes(Registry registry) {
    this.registry = registry;
  }

  List<Route> routes() {
    return List.of(
        Route.get(APPLICATIONS, this::list),
        Route.get(APPLICATION, this::read),
        Route.write("PUT", APPLICATION, Route.Body.SECRET_JSON, this::save),
        Route.write("DELETE", APPLICATION, Route.Body.NONE, this::delete));
  }

  private Reply list(Call call) {
    return Shape.page(
        new Page<>(registry.applications(), Optional.empty()), ApplicationRoutes::write);
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
    List<Grant> grants = json.require("grants", json.list("grants", ApplicationRoutes::grant));
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
