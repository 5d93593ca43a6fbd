package io.vagus.api;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import io.vagus.registry.Registry;
import io.vagus.registry.Registry.DeviceFilter;
import io.vagus.registry.Registry.DevicePatch;
import io.vagus.registry.Registry.NewDevice;
import io.vagus.registry.Right;
import io.vagus.registry.Secret;
import io.vagus.watch.Contact;
import io.vagus.watch.Watch;
import io.vagus.watch.WatchFilter;
import io.vagus.wire.JsonObject;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Devices. Thread-safe. */
final class DeviceRoutes {
  private static final String ALL = "/api/v1/devices";
  private static final String ONE = ALL + "/{id}";

  private static final Map<String, DeviceExport.Format> FORMATS =
      Shape.words(DeviceExport.Format.class);

  private final Registry registry;
  private final Watch watch;
  private final DeviceList list;
  private final DeviceBulk bulk;
  private final DeviceExport export;

  DeviceRoutes(Registry registry, Watch watch) {
    this.registry = registry;
    this.watch = watch;
    this.list = new DeviceList(registry, watch);
    this.bulk = new DeviceBulk(registry);
    this.export = new DeviceExport(list, watch);
  }

  List<Route> routes() {
    Set<String> listQuery = new HashSet<>(DeviceShape.FILTER);
    listQuery.addAll(List.of("connection", "bbox", "cursor", "limit", "format"));
    return List.of(
        Route.get(ALL, Set.copyOf(listQuery), this::list),
        Route.write("POST", ALL, Route.Body.SECRET_JSON, this::create),
        Route.write("POST", ALL + "/bulk", Route.Body.BULK, bulk::create),
        Route.get(ONE, this::read),
        Route.write("PATCH", ONE, Route.Body.JSON, this::update),
        Route.write("DELETE", ONE, Route.Body.NONE, this::delete),
        Route.write(
            "POST", ONE + "/suspend", Route.Body.NONE, c -> status(c, Device.Status.SUSPENDED)),
        Route.write("POST", ONE + "/resume", Route.Body.NONE, c -> status(c, Device.Status.ACTIVE)),
        Route.write("POST", ONE + "/secret", Route.Body.SECRET_JSON, this::rotateSecret));
  }

  private Reply list(Call call) {
    DeviceFilter filter = DeviceShape.filter(call.query());
    WatchFilter watched =
        new WatchFilter(
            call.query().choice("connection", Shape.words(Contact.Filter.class)),
            MapRoutes.box(call),
            call.sight().places());
    return switch (call.query().choice("format", FORMATS).orElse(DeviceExport.Format.JSON)) {
      case JSON -> page(call, filter, watched);
      case CSV -> export.csv(call.sight(), filter, watched);
      case NDJSON -> export.ndjson(call.sight(), filter, watched);
    };
  }

  private Reply page(Call call, DeviceFilter filter, WatchFilter watched) {
    Optional<String> cursor = call.query().string("cursor");
    int limit = call.query().integer("limit", 100, 1, 1000);
    Page<Device> page = list.page(call.sight(), filter, watched, cursor, limit);
    return Reply.json(
        200,
        out -> {
          Shape.page(out, page, (o, d) -> DeviceShape.write(o, d, watch.contact(d.id())));
          if (cursor.isEmpty() && watched.isEmpty()) {
            out.writeNumberProperty("total", call.sight().count(filter));
          }
        });
  }

  private Reply create(Call call) throws IOException {
    NewDevice wanted = DeviceShape.placed(DeviceShape.readNew(call.json()), call.sight());
    Device device = registry.createDevice(wanted);
    return DeviceShape.created(device, watch.contact(device.id()), DeviceShape.generated(wanted))
        .with("Location", ALL + "/" + device.id());
  }

  private Reply read(Call call) {
    return reply(200, existing(call.device()));
  }

  private Reply update(Call call) throws IOException {
    DevicePatch patch = DeviceShape.readPatch(call.json());
    DeviceShape.requirePlaces(patch, call.sight());
    requireMaySuspend(call, patch);
    return patched(call, patch);
  }

  /** A status decides who may connect: another one takes another right than a name does. */
  private void requireMaySuspend(Call call, DevicePatch patch) {
    Device before = existing(call.device());
    boolean same = patch.status().isEmpty() || patch.status().get() == before.status();
    boolean may =
        call.caller()
            .map(caller -> caller.reach(Right.DEVICE_SUSPEND, registry.groups()))
            .filter(reach -> reach.holds(before.group()))
            .isPresent();
    if (!same && !may) {
      throw new VagusException(
          ErrorCode.FORBIDDEN,
          "status: a change needs the right "
              + Right.DEVICE_SUSPEND.label()
              + " on this device (has: "
              + Right.DEVICE_WRITE.label()
              + ")");
    }
  }

  private Reply status(Call call, Device.Status status) {
    return patched(call, DevicePatch.NOTHING.withStatus(status));
  }

  private Reply patched(Call call, DevicePatch patch) {
    DeviceId id = existing(call.device()).id();
    return reply(200, registry.updateDevice(id, patch, call.ifVersion()));
  }

  private Reply delete(Call call) {
    Device device = existing(call.device());
    OptionalLong wanted = call.ifVersion();
    if (wanted.isPresent() && wanted.getAsLong() != device.version()) {
      throw new VagusException(
          ErrorCode.PRECONDITION_FAILED,
          "version: " + wanted.getAsLong() + " (expected: " + device.version() + ")");
    }
    registry.deleteDevice(device.id());
    return Reply.noContent();
  }

  private Reply rotateSecret(Call call) throws IOException {
    JsonObject json = call.json();
    Optional<String> given = DeviceShape.secret(json);
    json.end();
    DeviceId id = existing(call.device()).id();
    Secret secret = given.<Secret>map(Secret.Chosen::new).orElseGet(Secret.Generated::make);
    registry.rotateSecret(id, secret);
    return Reply.secretJson(
        200,
        out -> {
          out.writeStringProperty("id", id.value());
          if (given.isEmpty()) {
            out.writeStringProperty("secret", secret.text());
          }
        },
        out -> out.writeStringProperty("id", id.value()));
  }

  private Reply reply(int status, Device device) {
    return DeviceShape.reply(status, device, watch.contact(device.id()));
  }

  private Device existing(DeviceId id) {
    return registry.device(id).orElseThrow(() -> Problem.notFound("device", id.value()));
  }
}
