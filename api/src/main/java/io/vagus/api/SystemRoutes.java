package io.vagus.api;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;

/** How the platform is. Thread-safe. */
final class SystemRoutes {
  private final Supplier<Health> health;
  private final Supplier<String> scrape;

  SystemRoutes(Supplier<Health> health, Supplier<String> scrape) {
    this.health = health;
    this.scrape = scrape;
  }

  List<Route> routes() {
    return List.of(Route.get("/api/v1/health", this::health), Route.get("/metrics", this::metrics));
  }

  /** For load balancers without a token; reasons are for those who have one. */
  private Reply health(Call call) {
    Health now = health.get();
    return Reply.json(
        now.state() == Health.State.DOWN ? 503 : 200,
        out -> {
          out.writeStringProperty("status", Shape.word(now.state()));
          out.writeObjectPropertyStart("components");
          now.sorted()
              .forEach((name, component) -> {
                out.writeObjectPropertyStart(name);
                out.writeStringProperty("state", Shape.word(component.state()));
                if (call.caller().isPresent() && !component.reason().isEmpty()) {
                  out.writeStringProperty("reason", component.reason());
                }
                out.writeEndObject();
              });
          out.writeEndObject();
        });
  }

  private Reply metrics(Call call) {
    return Reply.bytes(
        200,
        "text/plain; version=0.0.4; charset=utf-8",
        scrape.get().getBytes(StandardCharsets.UTF_8));
  }
}
