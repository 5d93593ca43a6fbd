package io.vagus.api;

import io.vagus.model.Detail;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.model.Location;
import io.vagus.registry.Edit;
import io.vagus.registry.Registry.DeviceFilter;
import io.vagus.registry.Registry.DevicePatch;
import io.vagus.registry.Registry.NewDevice;
import io.vagus.registry.Secret;
import io.vagus.watch.Contact;
import io.vagus.wire.JsonObject;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import tools.jackson.core.JsonGenerator;

/** A device as JSON. */
final class DeviceShape {
  static final int MIN_SECRET = 8;
  static final int MAX_SECRET = 256;
  private static final int MAX_NAME = 256;
  private static final int MAX_TAGS = 64;

  /** Query names of a filter. */
  static final Set<String> FILTER = filterNames();

  /** What an export says and an import does not take. */
  static final Set<String> OF_THE_SERVER =
      Set.of("status", "createdAt", "updatedAt", "version", "connection", "lastSeen");

  private DeviceShape() {}

  private static Set<String> filterNames() {
    Set<String> names = new HashSet<>(Set.of("q", "product", "status", "gateway", "group"));
    names.add(Query.TAGS);
    Stream.of(Detail.values()).map(Detail::word).forEach(names::add);
    return Set.copyOf(names);
  }

  static NewDevice readNew(JsonObject json) {
    String id = json.require("id", json.string("id"));
    String product = json.require("product", json.string("product"));
    String name = json.string("name").orElse(id);
    requireLength("name", name, MAX_NAME);
    Map<String, String> tags = tags(json).orElse(Map.of());
    Optional<DeviceId> gateway = gateway(json);
    Optional<Location> location = location(json);
    Optional<GroupId> group = group(json, "group");
    Map<Detail, String> details = details(json);
    Optional<Secret> secret = newSecret(json);
    json.end();
    DeviceId deviceId = Call.deviceId("id", id);
    return new NewDevice(deviceId, product, name, tags, gateway, location, group, details, secret);
  }

  /** Where the caller may put it. */
  static NewDevice placed(NewDevice device, Sight sight) {
    device.gateway().ifPresent(sight::requireGateway);
    return device.inGroup(sight.place("group", device.group()));
  }

  /** That the caller may put it there. */
  static void requirePlaces(DevicePatch patch, Sight sight) {
    switch (patch.group()) {
      case Edit.Keep<GroupId>() -> {}
      case Edit.Clear<GroupId>() -> sight.requirePlace("group", Optional.empty());
      case Edit.Put<GroupId>(GroupId group) -> sight.requirePlace("group", Optional.of(group));
    }
    if (patch.gateway() instanceof Edit.Put<DeviceId>(DeviceId gateway)) {
      sight.requireGateway(gateway);
    }
  }

  static Optional<GroupId> group(JsonObject json, String field) {
    return json.string(field).map(id -> groupId(field, id));
  }

  static GroupId groupId(String field, String id) {
    if (!GroupId.isValid(id)) {
      throw Problem.invalid(
          field, Problem.shown(id) + " (expected: 1 to 128 of letters, digits and . _ : / -)");
    }
    return new GroupId(id);
  }

  static Map<Detail, String> details(JsonObject json) {
    Map<Detail, String> details = new EnumMap<>(Detail.class);
    for (Detail detail : Detail.values()) {
      json.string(detail.word()).ifPresent(text -> details.put(detail, text));
    }
    return details;
  }

  /** Null takes one away. */
  private static Map<Detail, Optional<String>> edits(JsonObject json) {
    Map<Detail, Optional<String>> edits = new EnumMap<>(Detail.class);
    for (Detail detail : Detail.values()) {
      if (json.isNull(detail.word())) {
        edits.put(detail, Optional.empty());
      } else {
        json.string(detail.word()).ifPresent(text -> edits.put(detail, Optional.of(text)));
      }
    }
    return edits;
  }

  private static Optional<Secret> newSecret(JsonObject json) {
    Optional<Secret> chosen = secret(json).map(Secret.Chosen::new);
    if (!json.bool("generateSecret").orElse(false)) {
      return chosen;
    }
    if (chosen.isPresent()) {
      throw Problem.invalid("generateSecret", "true beside a secret (expected: one of both)");
    }
    return Optional.of(Secret.Generated.make());
  }

  /** What only the server knows so far. */
  static Optional<String> generated(NewDevice device) {
    return device.secret().filter(Secret.Generated.class::isInstance).map(Secret::text);
  }

  static DevicePatch readPatch(JsonObject json) {
    Optional<String> name = json.string("name");
    name.ifPresent(n -> requireLength("name", n, MAX_NAME));
    DevicePatch patch =
        new DevicePatch(
            json.string("product"),
            name,
            json.choice("status", Shape.words(Device.Status.class)),
            tags(json),
            edit(json, "gateway", DeviceShape::gateway),
            edit(json, "location", DeviceShape::location),
            edit(json, "group", j -> group(j, "group")),
            edits(json));
    json.end();
    return patch;
  }

  /** Null empties the field (RFC 7396). */
  private static <T> Edit<T> edit(
      JsonObject json, String field, Function<JsonObject, Optional<T>> reader) {
    if (json.isNull(field)) {
      return new Edit.Clear<>();
    }
    Optional<T> value = reader.apply(json);
    return value.isPresent() ? new Edit.Put<>(value.get()) : new Edit.Keep<>();
  }

  private static Optional<DeviceId> gateway(JsonObject json) {
    return json.string("gateway").map(id -> Call.deviceId("gateway", id));
  }

  private static Optional<Location> location(JsonObject json) {
    return json.object("location")
        .map(place -> {
          double lat = degrees(place, "lat");
          double lon = degrees(place, "lon");
          place.end();
          return json.make("location", () -> new Location(lat, lon));
        });
  }

  private static double degrees(JsonObject place, String axis) {
    OptionalDouble degrees = place.number(axis);
    return place.require(
        axis, degrees.isPresent() ? Optional.of(degrees.getAsDouble()) : Optional.empty());
  }

  static Optional<String> secret(JsonObject json) {
    Optional<String> secret = json.string("secret");
    secret.ifPresent(s -> {
      if (s.length() < MIN_SECRET || s.length() > MAX_SECRET) {
        throw Problem.invalid(
            "secret",
            s.length() + " characters (expected: " + MIN_SECRET + " to " + MAX_SECRET + ")");
      }
    });
    return secret;
  }

  static DeviceFilter filter(Query query) {
    return new DeviceFilter(
        query.string("q").filter(q -> !q.isEmpty()),
        query.string("product"),
        query.choice("status", Shape.words(Device.Status.class)),
        query.tags(),
        query.string("gateway").map(id -> Call.deviceId("gateway", id)),
        query.string("group").map(id -> groupId("group", id)),
        details(query));
  }

  private static Map<Detail, String> details(Query query) {
    Map<Detail, String> details = new EnumMap<>(Detail.class);
    for (Detail detail : Detail.values()) {
      query.string(detail.word()).ifPresent(text -> details.put(detail, text));
    }
    return details;
  }

  static void requireLength(String field, String value, int most) {
    if (value.length() > most) {
      throw Problem.invalid(field, value.length() + " characters (expected: <= " + most + ")");
    }
  }

  private static Optional<Map<String, String>> tags(JsonObject json) {
    Optional<Map<String, String>> tags = json.stringMap("tags");
    tags.ifPresent(map -> {
      if (map.size() > MAX_TAGS) {
        throw Problem.invalid("tags", map.size() + " tags (expected: <= " + MAX_TAGS + ")");
      }
      map.forEach((key, value) -> {
        requireLength("tags", key, MAX_NAME);
        requireLength("tags." + key, value, MAX_NAME);
      });
    });
    return tags;
  }

  static Reply reply(int status, Device device, Contact contact) {
    return Reply.json(status, out -> write(out, device, contact))
        .with("ETag", "\"" + device.version() + "\"");
  }

  /** An answer that shows a generated secret this once. */
  static Reply created(Device device, Contact contact, Optional<String> secret) {
    return Reply.secretJson(
            201,
            out -> {
              write(out, device, contact);
              secret.ifPresent(text -> out.writeStringProperty("secret", text));
            },
            out -> write(out, device, contact))
        .with("ETag", "\"" + device.version() + "\"");
  }

  static void write(JsonGenerator out, Device device, Contact contact) {
    write(out, device);
    contact.connection().ifPresent(connection -> write(out, connection));
    contact
        .lastSeenMicros()
        .ifPresent(seen -> out.writeStringProperty("lastSeen", Shape.time(seen)));
  }

  private static void write(JsonGenerator out, Contact.Connection connection) {
    out.writeObjectPropertyStart("connection");
    out.writeBooleanProperty("connected", connection.connected());
    out.writeStringProperty("since", Shape.time(connection.sinceMicros()));
    out.writeStringProperty("transport", connection.transport().label());
    out.writeStringProperty("address", connection.address());
    connection
        .keepAliveSeconds()
        .ifPresent(seconds -> out.writeNumberProperty("keepAliveSeconds", seconds));
    out.writeEndObject();
  }

  static void writeDetails(JsonGenerator out, Map<Detail, String> details) {
    new TreeMap<>(details).forEach((detail, text) -> out.writeStringProperty(detail.word(), text));
  }

  private static void write(JsonGenerator out, Device device) {
    out.writeStringProperty("id", device.id().value());
    out.writeStringProperty("product", device.product());
    out.writeStringProperty("name", device.name());
    out.writeStringProperty("status", Shape.word(device.status()));
    Shape.stringMap(out, "tags", device.tags());
    device.gateway().ifPresent(id -> out.writeStringProperty("gateway", id.value()));
    device
        .location()
        .ifPresent(place -> {
          out.writeObjectPropertyStart("location");
          out.writeNumberProperty("lat", place.lat());
          out.writeNumberProperty("lon", place.lon());
          out.writeEndObject();
        });
    device.group().ifPresent(group -> out.writeStringProperty("group", group.value()));
    writeDetails(out, device.details());
    out.writeStringProperty("createdAt", device.createdAt().toString());
    out.writeStringProperty("updatedAt", device.updatedAt().toString());
    out.writeNumberProperty("version", device.version());
  }
}
