package io.vagus.api;

import io.vagus.kit.WallClock;
import io.vagus.registry.Caller;
import io.vagus.registry.Callers;
import io.vagus.registry.Registry;
import io.vagus.registry.Right;
import io.vagus.registry.Tokens.Token;
import io.vagus.registry.User;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which rights are granted and not used: what can be taken back (least privilege). Thread-safe. */
final class RightsRoutes {
  private static final int MAX_DAYS = 3650;

  private final Registry registry;
  private final Callers callers;
  private final WallClock wall;

  RightsRoutes(Registry registry, WallClock wall) {
    this.registry = registry;
    this.callers = new Callers(registry);
    this.wall = wall;
  }

  /**
   * One who was granted rights.
   *
   * @param since he has been there: a right cannot have been unused for longer
   */
  private record Granted(String actor, Instant since, Set<Right> rights) {}

  List<Route> routes() {
    return List.of(Route.get("/api/v1/audit/rights", Set.of("days"), this::report));
  }

  private Reply report(Call call) {
    int days = call.query().integer("days", 90, 1, MAX_DAYS);
    Instant now = wall.now();
    Instant from = now.minus(Duration.ofDays(days));
    List<Granted> all = granted();
    return Reply.json(
        200,
        out -> {
          out.writeStringProperty("now", now.toString());
          out.writeNumberProperty("days", days);
          Shape.items(
              out,
              "items",
              all,
              (o, one) -> {
                Map<Right, Instant> uses = registry.rightUses().of(one.actor());
                o.writeStringProperty("actor", one.actor());
                o.writeStringProperty("since", one.since().toString());
                registry
                    .rightUses()
                    .last(one.actor())
                    .ifPresent(at -> o.writeStringProperty("lastUsedAt", at.toString()));
                Shape.strings(o, "unused", labels(one, right -> isUnused(uses, right, from)));
                Shape.strings(o, "used", labels(one, right -> !isUnused(uses, right, from)));
              });
        });
  }

  private static boolean isUnused(Map<Right, Instant> uses, Right right, Instant from) {
    return !uses.getOrDefault(right, Instant.EPOCH).isAfter(from);
  }

  private static List<String> labels(Granted one, java.util.function.Predicate<Right> wanted) {
    return one.rights().stream().filter(wanted).sorted().map(Right::label).toList();
  }

  private List<Granted> granted() {
    List<Granted> all = new ArrayList<>();
    for (User user : registry.people().all()) {
      Optional<Caller> caller = callers.ofUser(user.name());
      caller.ifPresent(c -> all.add(new Granted(c.actor(), user.createdAt(), c.reach().keySet())));
    }
    for (Token token : registry.tokens().all()) {
      all.add(new Granted(token.actor(), token.createdAt(), token.rights()));
    }
    return all;
  }
}
