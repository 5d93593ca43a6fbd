package io.vagus.api;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import io.vagus.rule.Firing;
import io.vagus.rule.Outbox;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** What rules did, for the devices that a call sees. Thread-safe. */
final class FiringRoutes {
  private static final String ALL = "/api/v1/firings";
  private static final String OF_RULE = "/api/v1/rules/{rule}/firings";
  private static final int AT_ONCE = 1000;

  /** When something is found, no more are looked at: the page is a short one. */
  private static final int MOST_LOOKED_AT = 20_000;

  private final Outbox outbox;
  private final LiveStreams streams;
  private final Duration heartbeat;

  FiringRoutes(ApiParts parts, LiveStreams streams) {
    this.outbox = parts.rules().outbox();
    this.streams = streams;
    this.heartbeat = parts.config().heartbeat();
  }

  List<Route> routes() {
    return List.of(
        Route.get(
            ALL,
            Set.of("rule", "device", "cursor", "limit"),
            call -> list(call, call.query().string("rule"))),
        Route.get(
            OF_RULE,
            Set.of("device", "cursor", "limit"),
            call -> list(call, Optional.of(call.path("rule")))),
        Route.get(ALL + "/live", Set.of("rule", "device"), this::live));
  }

  private Reply list(Call call, Optional<String> rule) {
    int limit = call.query().integer("limit", 100, 1, AT_ONCE);
    OptionalLong below = below(call.query().string("cursor"));
    Outbox.Filter filter = new Outbox.Filter(rule, call.queriedDevice());
    Predicate<DeviceId> seen = call.sight().devices();
    List<Firing> found = new ArrayList<>();
    int looked = 0;
    do {
      Outbox.Recent recent = outbox.recent(filter, below, limit);
      recent.firings().stream().filter(f -> seen.test(f.device())).forEach(found::add);
      below = recent.next();
      looked += limit;
    } while (below.isPresent() && found.isEmpty() && looked < MOST_LOOKED_AT);
    Optional<String> next =
        below.isPresent() ? Optional.of("f" + below.getAsLong()) : Optional.empty();
    return Shape.page(new Page<>(found, next), FiringShape::write);
  }

  /** Anything that no list gave is an INVALID_REQUEST. */
  private static OptionalLong below(Optional<String> cursor) {
    if (cursor.isEmpty()) {
      return OptionalLong.empty();
    }
    if (!cursor.get().matches("f\\d{1,18}")) {
      throw new VagusException(
          ErrorCode.INVALID_REQUEST, "cursor: not one that this list gave (expected: its next)");
    }
    return OptionalLong.of(Long.parseLong(cursor.get().substring(1)));
  }

  private Reply live(Call call) {
    Predicate<DeviceId> seen = call.sight().devices();
    Outbox.Filter filter = new Outbox.Filter(call.query().string("rule"), call.queriedDevice());
    return streams.open(
        call.allowed(),
        (out, goOn) -> stream(out, f -> filter.matches(f) && seen.test(f.device()), goOn));
  }

  private void stream(OutputStream to, Predicate<Firing> wanted, BooleanSupplier goOn)
      throws IOException, InterruptedException {
    EventWriter out = new EventWriter(to);
    long last = outbox.newestOffset();
    out.comment("connected");
    while (goOn.getAsBoolean()) {
      List<Firing> fired = outbox.read(last, AT_ONCE, heartbeat);
      for (Firing firing : fired) {
        last = Math.max(last, firing.offset());
        if (wanted.test(firing)) {
          out.event("firing", Reply.jsonBytes(json -> FiringShape.write(json, firing)));
        }
      }
      if (fired.isEmpty()) {
        out.comment("heartbeat");
      }
    }
  }
}
