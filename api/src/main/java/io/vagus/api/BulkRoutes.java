package io.vagus.api;

import io.vagus.command.Bulk;
import io.vagus.command.BulkOrder;
import io.vagus.command.BulkRecords.All;
import io.vagus.command.BulkRecords.In;
import io.vagus.command.BulkRecords.Rejected;
import io.vagus.command.BulkRecords.Unsuccessful;
import io.vagus.command.BulkRecords.Waiting;
import io.vagus.command.BulkRecords.Which;
import io.vagus.command.BulkStanding;
import io.vagus.command.Bulks;
import io.vagus.model.CommandState;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import io.vagus.wire.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** Commands for many devices. Thread-safe. */
final class BulkRoutes {
  static final String ALL = "/api/v1/commands/bulk";
  private static final String ONE = ALL + "/{bulk}";
  private static final int PAGE = 1000;
  private static final Duration PACE = Duration.ofMillis(200);

  private final Bulks bulks;
  private final LiveStreams streams;
  private final Duration heartbeat;

  BulkRoutes(ApiParts parts, LiveStreams streams) {
    this.bulks = parts.bulks();
    this.streams = streams;
    this.heartbeat = parts.config().heartbeat();
  }

  List<Route> routes() {
    return List.of(
        Route.write("POST", ALL, Route.Body.JSON, this::create),
        Route.get(ALL, Set.of("cursor", "limit"), this::list),
        Route.get(ONE, call -> BulkShape.reply(200, existing(call))),
        Route.write("PATCH", ONE, Route.Body.JSON, this::pace),
        steer("pause", bulks::pause),
        steer("resume", bulks::resume),
        steer("cancel", bulks::cancel),
        Route.get(ONE + "/devices", Set.of("outcome", "cursor", "limit"), this::devices),
        Route.get(ONE + "/live", this::live));
  }

  private interface Steering {
    BulkStanding of(String id);
  }

  private Route steer(String verb, Steering steering) {
    return Route.write(
        "POST",
        ONE + "/" + verb,
        Route.Body.NONE,
        call -> BulkShape.reply(200, steering.of(existing(call).bulk().id())));
  }

  /** For the devices that its caller may command now, whatever becomes of his rights later. */
  private Reply create(Call call) throws IOException {
    BulkOrder order = BulkShape.read(call.json(), call.sight(), Access.actor(call.caller()).text());
    List<DeviceId> devices = new ArrayList<>();
    Map<String, DeviceId> samples = new LinkedHashMap<>();
    Optional<String> cursor = Optional.empty();
    do {
      Page<Device> page = call.sight().devices(BulkShape.filter(order.scope()), cursor, PAGE);
      for (Device device : page.items()) {
        devices.add(device.id());
        samples.putIfAbsent(device.product(), device.id());
      }
      cursor = page.next();
    } while (cursor.isPresent() && devices.size() <= BulkOrder.MAX_DEVICES);
    BulkStanding begun = bulks.create(order, devices, List.copyOf(samples.values()));
    return BulkShape.reply(202, begun).with("Location", ALL + "/" + begun.bulk().id());
  }

  private Reply list(Call call) {
    int limit = call.query().integer("limit", 100, 1, 1000);
    List<BulkStanding> found = new ArrayList<>();
    Optional<String> next = call.query().string("cursor");
    do {
      Page<Bulk> page = bulks.page(next, limit);
      page.items().stream()
          .filter(bulk -> isSeen(call, bulk))
          .map(bulk -> new BulkStanding(bulk, bulks.progress(bulk)))
          .forEach(found::add);
      next = page.next();
    } while (found.isEmpty() && next.isPresent());
    return Shape.page(new Page<>(found, next), BulkShape::write);
  }

  private static boolean isSeen(Call call, Bulk bulk) {
    return call.sight().sees(bulk.order().scope().group());
  }

  private BulkStanding existing(Call call) {
    String id = call.path("bulk");
    boolean everything = call.sight().isEverything(); // asked in any case
    return bulks
        .find(id)
        .filter(standing -> everything || isSeen(call, standing.bulk()))
        .orElseThrow(() -> Problem.notFound("bulk command", id));
  }

  private Reply pace(Call call) throws IOException {
    BulkStanding known = existing(call);
    JsonObject json = call.json();
    double rate = json.require("rate", json.number("rate").stream().boxed().findFirst());
    json.end();
    var checked = json.make("rate", () -> known.bulk().order().withRate(rate));
    return BulkShape.reply(200, bulks.pace(known.bulk().id(), checked.rateHz()));
  }

  private Reply devices(Call call) {
    Bulk bulk = existing(call).bulk();
    Which which = call.query().choice("outcome", outcomes()).orElse(new All());
    return Shape.page(
        bulks.outcomes(
            bulk,
            which,
            call.query().string("cursor"),
            call.query().integer("limit", 100, 1, 1000)),
        (out, outcome) -> BulkShape.write(out, bulk, outcome));
  }

  private static Map<String, Which> outcomes() {
    Map<String, Which> words = new TreeMap<>();
    Shape.words(CommandState.class).forEach((word, state) -> words.put(word, new In(state)));
    words.put("waiting", new Waiting());
    words.put("rejected", new Rejected());
    words.put("unsuccessful", new Unsuccessful());
    return words;
  }

  private Reply live(Call call) {
    String id = existing(call).bulk().id();
    return streams.open(call.allowed(), (out, goOn) -> stream(out, id, goOn));
  }

  /** Until nothing more becomes of it. */
  private void stream(OutputStream to, String id, BooleanSupplier goOn)
      throws IOException, InterruptedException {
    EventWriter out = new EventWriter(to);
    out.comment("connected");
    Optional<BulkStanding> before = Optional.empty();
    while (goOn.getAsBoolean() && before.filter(BulkStanding::isSettled).isEmpty()) {
      Optional<BulkStanding> now = bulks.next(id, before, heartbeat);
      if (now.isEmpty()) {
        return;
      }
      if (now.equals(before)) {
        out.comment("heartbeat");
      } else {
        out.event("progress", Reply.jsonBytes(json -> BulkShape.write(json, now.get())));
        before = now;
        if (!streams.goOnAfter(PACE)) {
          return;
        }
      }
    }
  }
}
