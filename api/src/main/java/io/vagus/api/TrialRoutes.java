package io.vagus.api;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.VagusException;
import io.vagus.kit.WallClock;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.model.Page;
import io.vagus.model.ProductModel;
import io.vagus.registry.Reach;
import io.vagus.registry.Registry;
import io.vagus.registry.Registry.DeviceFilter;
import io.vagus.registry.Right;
import io.vagus.rule.Rule;
import io.vagus.rule.RuleCodec;
import io.vagus.rule.RuleVersion;
import io.vagus.rule.engine.Products;
import io.vagus.rule.engine.RuleError;
import io.vagus.rule.engine.RuleReview;
import io.vagus.rule.trial.Trial;
import io.vagus.rule.trial.TrialOrder;
import io.vagus.rule.trial.TrialResult;
import io.vagus.series.Series;
import io.vagus.wire.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Rules tried on what was recorded. Thread-safe. */
final class TrialRoutes {
  private static final int AT_ONCE = 2;
  private static final int PAGE = 1000;
  private static final long DAY_MICROS = Duration.ofDays(1).toMillis() * 1000;
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final Duration TELL_EVERY = Duration.ofMillis(500);

  /** Whether it is told how far it is. */
  private static final Map<String, Boolean> FORMATS = Map.of("json", false, "ndjson", true);

  private final Registry registry;
  private final RuleSources rules;
  private final Series series;
  private final WallClock wall;
  private final MonotonicClock clock;
  private final Semaphore free = new Semaphore(AT_ONCE);

  TrialRoutes(ApiParts parts) {
    this.registry = parts.registry();
    this.rules = parts.rules();
    this.series = parts.series();
    this.wall = parts.wallClock();
    this.clock = parts.monotonicClock();
  }

  List<Route> routes() {
    return List.of(
        new Route("POST", "/api/v1/rules/trial", Set.of("format"), Route.Body.JSON, this::tried));
  }

  /** What is to be tried, and what is said about it beforehand. */
  private record Asked(TrialOrder order, Optional<String> truncated, Predicate<DeviceId> seen) {}

  private Reply tried(Call call) throws IOException {
    Asked asked = asked(call);
    if (call.query().choice("format", FORMATS).orElse(false)) {
      return Reply.stream(DeviceBulk.NDJSON, out -> stream(asked, out));
    }
    long endNanos = clock.nanos() + LONGEST.toNanos();
    TrialResult result = run(asked, (devices, readings) -> clock.nanos() < endNanos);
    return Reply.json(200, out -> TrialShape.write(out, asked.order, result, asked.truncated));
  }

  /** How far it is, from time to time, then what came of it. Ends when the client goes. */
  private void stream(Asked asked, OutputStream out) {
    long[] told = {clock.nanos()};
    TrialResult result =
        run(
            asked,
            (devices, readings) -> {
              if (clock.nanos() - told[0] < TELL_EVERY.toNanos()) {
                return true;
              }
              told[0] = clock.nanos();
              return line(
                  out,
                  Reply.jsonBytes(json -> {
                    json.writeObjectPropertyStart("progress");
                    json.writeNumberProperty("devices", devices);
                    json.writeNumberProperty("of", asked.order.devices().size());
                    json.writeNumberProperty("readings", readings);
                    json.writeEndObject();
                  }));
            });
    boolean unused =
        line(
            out,
            Reply.jsonBytes(json -> {
              json.writeObjectPropertyStart("result");
              TrialShape.write(json, asked.order, result, asked.truncated);
              json.writeEndObject();
            }));
  }

  private static boolean line(OutputStream out, byte[] json) {
    try {
      out.write(json);
      out.write('\n');
      out.flush();
      return true;
    } catch (IOException | UncheckedIOException e) {
      return false;
    }
  }

  private TrialResult run(Asked asked, Trial.Progress progress) {
    if (!free.tryAcquire()) {
      throw new VagusException(
          ErrorCode.BUSY, "trials: " + AT_ONCE + " at once (expected: < " + AT_ONCE + ")");
    }
    try {
      return new Trial(
              asked.order,
              series,
              device -> registry.device(device).map(Device::product).orElse(""),
              models(),
              rules.functions().get(),
              new SeenSurroundings(rules.surroundings(), asked.seen),
              clock,
              progress)
          .run();
    } finally {
      free.release();
    }
  }

  private Products models() {
    Map<String, ProductModel> byId =
        registry.products().stream()
            .collect(Collectors.toMap(ProductModel::id, Function.identity()));
    return new Products(byId);
  }

  private Asked asked(Call call) throws IOException {
    JsonObject json = call.json();
    JsonObject said = json.require("rule", json.object("rule"));
    said.ignore(RuleShape.SHOWN);
    Rule rule = RuleCodec.read(said, "new").inMode(Rule.Mode.SHADOW);
    long now = wall.micros();
    long to =
        Math.min(now, json.string("to").map(text -> Query.timeMicros("to", text)).orElse(now));
    long from =
        json.string("from").map(text -> Query.timeMicros("from", text)).orElse(to - DAY_MICROS);
    Optional<DeviceId> device = json.string("device").map(text -> Call.deviceId("device", text));
    Optional<GroupId> group =
        json.string("group").map(text -> json.make("group", () -> new GroupId(text)));
    int limit = json.integer("limit", 0, TrialOrder.MAX_FIRINGS).orElse(1000L).intValue();
    json.end();
    if (from >= to) {
      throw Problem.invalid("from", "not before to (expected: an earlier time)");
    }
    requireSound(rule);
    Predicate<DeviceId> seen = seen(call);
    List<DeviceId> devices = devices(call, rule, device, group, seen);
    boolean more = devices.size() > TrialOrder.MAX_DEVICES;
    TrialOrder order =
        new TrialOrder(
            rule,
            inForce(call, rule),
            more ? devices.subList(0, TrialOrder.MAX_DEVICES) : devices,
            from,
            to,
            limit);
    return new Asked(
        order,
        more
            ? Optional.of(
                "devices: more than %d (expected: a group, or a device)"
                    .formatted(TrialOrder.MAX_DEVICES))
            : Optional.empty(),
        seen);
  }

  private void requireSound(Rule rule) {
    List<RuleError> errors =
        RuleReview.of(rule, models(), rules.functions().get(), rules.sinks().get()).errors();
    if (!errors.isEmpty()) {
      throw Problem.invalid("rule." + errors.getFirst().path(), errors.getFirst().message());
    }
  }

  /** What a firing shows was measured: seen by who may read that too. */
  private Predicate<DeviceId> seen(Call call) {
    Predicate<DeviceId> sight = call.sight().devices();
    Reach readings = call.caller().orElseThrow().reach(Right.READINGS_READ, registry.groups());
    return device ->
        sight.test(device)
            && registry.device(device).filter(d -> readings.holds(d.group())).isPresent();
  }

  private Optional<RuleVersion> inForce(Call call, Rule rule) {
    return rules
        .book()
        .find(rule.id())
        .filter(saved -> call.sight().sees(saved.rule().group()))
        .filter(saved -> saved.rule().mode() != Rule.Mode.OFF);
  }

  /** One more than there may be when there are more. */
  private List<DeviceId> devices(
      Call call,
      Rule rule,
      Optional<DeviceId> device,
      Optional<GroupId> group,
      Predicate<DeviceId> seen) {
    if (device.isPresent()) {
      if (!seen.test(device.get())) {
        throw Problem.invalid(
            "device", Problem.shown(device.get().value()) + " (expected: a device that exists)");
      }
      return List.of(device.get());
    }
    List<DeviceId> found = new ArrayList<>();
    for (String product : rule.products()) {
      DeviceFilter filter = DeviceFilter.ALL.withProduct(product).inGroup(group.or(rule::group));
      Optional<String> cursor = Optional.empty();
      do {
        Page<Device> page = call.sight().devices(filter, cursor, PAGE);
        page.items().stream().map(Device::id).filter(seen).forEach(found::add);
        cursor = page.next();
      } while (cursor.isPresent() && found.size() <= TrialOrder.MAX_DEVICES);
    }
    return found.size() > TrialOrder.MAX_DEVICES
        ? found.subList(0, TrialOrder.MAX_DEVICES + 1)
        : found;
  }
}
