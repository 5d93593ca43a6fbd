package io.vagus.api;

import io.vagus.kit.MonotonicClock;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import io.vagus.watch.Refusal;
import io.vagus.watch.RefusalLog;
import io.vagus.watch.Top;
import io.vagus.watch.Watch;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The fleet at a glance: now, over time, and who stands out. Thread-safe. */
final class OverviewRoutes {
  private static final String PATH = "/api/v1/overview";
  private static final Set<String> REFUSALS =
      Set.of("device", "reason", "from", "to", "cursor", "limit");
  private static final Duration EACH = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final int DAY_MINUTES = 24 * 60;

  private final Watch watch;
  private final Supplier<Health> health;
  private final MonotonicClock clock;
  private final LiveStreams streams;

  OverviewRoutes(ApiParts parts, LiveStreams streams) {
    this.watch = parts.watch();
    this.health = parts.health();
    this.clock = parts.monotonicClock();
    this.streams = streams;
  }

  List<Route> routes() {
    return List.of(
        Route.get(PATH, call -> Reply.bytes(200, Reply.JSON, overview(call.sight()))),
        Route.get(PATH + "/history", Set.of("minutes"), this::history),
        Route.get(PATH + "/latency", Set.of("minutes", "product"), this::latency),
        Route.get(PATH + "/top", Set.of("by", "minutes", "limit"), this::top),
        Route.get(PATH + "/live", this::live),
        Route.get("/api/v1/refusals", REFUSALS, this::refusals),
        Route.get("/api/v1/devices/{id}/refusals", this::ofDevice));
  }

  private byte[] overview(Sight sight) {
    Health.State state = health.get().state();
    return sight.isEverything()
        ? OverviewShape.bytes(watch.overview(), state)
        : OverviewShape.bytes(watch.overview(sight.places()), state);
  }

  private Reply live(Call call) {
    Sight sight = call.sight();
    sight.places();
    return streams.open(call.allowed(), (out, goOn) -> live(sight, out, goOn));
  }

  /** The whole each second: a page that shows it needs no memory of its own. */
  private void live(Sight sight, OutputStream out, BooleanSupplier goOn)
      throws IOException, InterruptedException {
    EventWriter events = new EventWriter(out);
    long startNanos = clock.nanos();
    long dueNanos = startNanos;
    do {
      events.event("overview", overview(sight));
      dueNanos = Math.max(dueNanos + EACH.toNanos(), clock.nanos());
    } while (dueNanos - startNanos < LONGEST.toNanos()
        && streams.goOnAfter(Duration.ofNanos(dueNanos - clock.nanos()))
        && goOn.getAsBoolean());
  }

  private Reply history(Call call) {
    return OverviewShape.history(watch.history(minutes(call)));
  }

  private Reply latency(Call call) {
    return OverviewShape.latency(watch.latencyMap(call.query().string("product"), minutes(call)));
  }

  private static int minutes(Call call) {
    return call.query().integer("minutes", 60, 1, DAY_MINUTES);
  }

  private Reply top(Call call) {
    Top.By by = call.query().choice("by", Shape.words(Top.By.class)).orElse(Top.By.MESSAGES);
    int minutes = call.query().integer("minutes", 5, 1, Watch.MAX_TOP_MINUTES);
    int limit = call.query().integer("limit", 10, 1, 1000);
    return OverviewShape.top(watch.top(call.sight().places(), by, minutes, limit));
  }

  private Reply refusals(Call call) {
    Query query = call.query();
    Page<Refusal> page =
        watch
            .refusals()
            .newest(
                new RefusalLog.Filter(
                    query.string("device"),
                    query.string("reason"),
                    call.sight().isEverything()
                        ? Optional.empty()
                        : Optional.of(call.sight().devices()),
                    query.fromMicros(),
                    query.toMicros()),
                query.string("cursor").map(OverviewRoutes::cursor).orElse(Long.MAX_VALUE),
                LedgerRoutes.limit(call));
    return Shape.page(page, OverviewShape::refusal);
  }

  private Reply ofDevice(Call call) {
    DeviceId device = call.device();
    return Reply.json(
        200,
        out -> {
          out.writeStringProperty("device", device.value());
          Shape.items(out, "reasons", watch.refusals(device), OverviewShape::tally);
        });
  }

  private static long cursor(String text) {
    if (!text.matches("\\d{1,18}")) {
      throw Problem.invalid("cursor", Problem.shown(text) + " (expected: one given before)");
    }
    return Long.parseLong(text);
  }
}
