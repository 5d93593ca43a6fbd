package io.vagus.api;

import io.vagus.api.Standings.Standing;
import io.vagus.api.Standings.Sync;
import io.vagus.command.BulkOrder;
import io.vagus.expression.Guard;
import io.vagus.kit.VagusException;
import io.vagus.model.Desired;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.DocumentPatch;
import io.vagus.model.GroupId;
import io.vagus.model.Page;
import io.vagus.registry.DesiredStates;
import io.vagus.registry.Registry;
import io.vagus.registry.Registry.DeviceFilter;
import io.vagus.twin.DesiredChanges;
import io.vagus.twin.Twins;
import io.vagus.wire.DocumentCodec;
import io.vagus.wire.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/** The twins of many devices at once: changed together, and who of them follows. Thread-safe. */
final class TwinFleetRoutes {
  private static final String ALL = "/api/v1/twins";

  /** Devices changed in one transaction. */
  private static final int TOGETHER = 500;

  private final Registry registry;
  private final Twins twins;
  private final DesiredChanges desired;
  private final Standings standings;

  TwinFleetRoutes(ApiParts parts) {
    this.registry = parts.registry();
    this.twins = parts.twins();
    this.desired = parts.desired();
    this.standings = new Standings(parts);
  }

  List<Route> routes() {
    return List.of(
        Route.get(ALL, Set.of("group", "product", "sync", "cursor", "limit"), this::list),
        Route.get(ALL + "/progress", Set.of("group", "product"), this::progress),
        Route.write("POST", ALL + "/desired", Route.Body.JSON, this::change));
  }

  private Reply change(Call call) throws IOException {
    JsonObject json = call.json();
    Optional<GroupId> group =
        json.string("group").map(id -> json.make("group", () -> new GroupId(id)));
    Optional<String> product = json.string("product");
    Optional<String> query = json.string("query");
    if (group.isEmpty() && query.isEmpty()) {
      throw Problem.invalid("group", "missing, as is query (expected: one of them)");
    }
    DeviceFilter filter = BulkShape.filter(new BulkOrder.Scope(group, product, query));
    String patch = json.require("desired", json.text("desired"));
    json.end();
    DocumentPatch edits = DocumentCodec.readPatch(patch.getBytes(StandardCharsets.UTF_8));
    Tally tally = new Tally();
    eachPage(call.sight(), filter, page -> change(page, edits, tally));
    return Reply.json(
        200,
        out -> {
          out.writeNumberProperty("devices", tally.devices);
          out.writeNumberProperty("changed", tally.changed);
          Shape.strings(out, "refused", tally.refused);
        });
  }

  private static final class Tally {
    private int devices;
    private int changed;
    private final List<String> refused = new ArrayList<>();
  }

  private void change(List<Device> devices, DocumentPatch patch, Tally tally) {
    tally.devices += devices.size();
    List<DesiredStates.Change> changes = new ArrayList<>();
    for (Device device : devices) {
      DesiredStates.Change change = new DesiredStates.Change(device.id(), patch);
      if (desired.isGuarded(device.id())) {
        changeGuarded(change, tally);
      } else {
        changes.add(change);
      }
    }
    if (changes.isEmpty()) {
      return;
    }
    try {
      tally.changed += change(changes);
    } catch (VagusException e) {
      changes.forEach(change -> changeAlone(change, tally)); // one of them does not fit
    }
  }

  /** Each by itself: interlocks look at each device. */
  private void changeGuarded(DesiredStates.Change change, Tally tally) {
    try {
      long before = version(change.device());
      switch (desired.change(change.device(), change.patch(), OptionalLong.empty())) {
        case DesiredChanges.Changed(Desired after) ->
            tally.changed += after.version() == before ? 0 : 1;
        case DesiredChanges.Refused(Guard.Refusal why) ->
            tally.refused.add(change.device() + ": " + why.interlock() + ": " + why.detail());
      }
    } catch (VagusException e) {
      tally.refused.add(change.device() + ": " + e.getMessage());
    }
  }

  private long version(DeviceId device) {
    return twins.follow(device).map(Twins.Follow::version).orElse(0L);
  }

  private void changeAlone(DesiredStates.Change change, Tally tally) {
    try {
      tally.changed += change(List.of(change));
    } catch (VagusException e) {
      tally.refused.add(change.device() + ": " + e.getMessage());
    }
  }

  /** How many of them got another version. */
  private int change(List<DesiredStates.Change> changes) {
    Map<DeviceId, Long> before = new java.util.HashMap<>();
    changes.forEach(c -> before.put(c.device(), version(c.device())));
    List<Desired> after = registry.desired().change(changes, OptionalLong.empty());
    return (int)
        after.stream().filter(d -> d.version() != before.getOrDefault(d.device(), 0L)).count();
  }

  private Reply list(Call call) {
    Optional<Sync> wanted = call.query().choice("sync", Shape.words(Sync.class));
    int limit = call.query().integer("limit", 100, 1, 1000);
    Optional<String> cursor = call.query().string("cursor");
    List<Standing> found = new ArrayList<>();
    Optional<String> next = cursor;
    do {
      Page<Device> page = call.sight().devices(filter(call), next, limit);
      page.items().stream()
          .map(device -> standings.of(device.id()))
          .filter(standing -> wanted.isEmpty() || wanted.get() == standing.sync())
          .forEach(found::add);
      next = page.next();
    } while (found.isEmpty() && next.isPresent());
    return Shape.page(new Page<>(found, next), TwinFleetRoutes::write);
  }

  private static void write(tools.jackson.core.JsonGenerator out, Standing standing) {
    out.writeStringProperty("device", standing.device().value());
    out.writeNumberProperty("version", standing.version());
    out.writeNumberProperty("answeredVersion", standing.answered());
    out.writeStringProperty("sync", Shape.word(standing.sync()));
    if (standing.behindMicros() > 0) {
      out.writeStringProperty("behindSince", Shape.time(standing.behindMicros()));
    }
  }

  private Reply progress(Call call) {
    Map<Sync, Integer> counts = new EnumMap<>(Sync.class);
    eachPage(
        call.sight(),
        filter(call),
        page -> page.forEach(d -> counts.merge(standings.of(d.id()).sync(), 1, Integer::sum)));
    return Reply.json(
        200,
        out -> {
          out.writeNumberProperty(
              "devices", counts.values().stream().mapToInt(Integer::intValue).sum());
          out.writeNumberProperty("nothingDesired", counts.getOrDefault(Sync.NOTHING_DESIRED, 0));
          out.writeNumberProperty("follows", counts.getOrDefault(Sync.FOLLOWS, 0));
          out.writeNumberProperty("differs", counts.getOrDefault(Sync.DIFFERS, 0));
          out.writeNumberProperty("behind", counts.getOrDefault(Sync.BEHIND, 0));
        });
  }

  private static void eachPage(Sight sight, DeviceFilter filter, Consumer<List<Device>> action) {
    Optional<String> cursor = Optional.empty();
    do {
      Page<Device> page = sight.devices(filter, cursor, TOGETHER);
      action.accept(page.items());
      cursor = page.next();
    } while (cursor.isPresent());
  }

  private static DeviceFilter filter(Call call) {
    Optional<String> group = call.query().string("group");
    return filter(
        group.map(id -> {
          try {
            return new GroupId(id);
          } catch (IllegalArgumentException e) {
            throw Problem.invalid("group", String.valueOf(e.getMessage()));
          }
        }),
        call.query().string("product"));
  }

  private static DeviceFilter filter(Optional<GroupId> group, Optional<String> product) {
    DeviceFilter filter = DeviceFilter.ALL.inGroup(group);
    return product.isPresent() ? filter.withProduct(product.get()) : filter;
  }
}
