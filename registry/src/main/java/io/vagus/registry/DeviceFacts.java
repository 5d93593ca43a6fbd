package io.vagus.registry;

import io.vagus.model.Detail;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.model.Location;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What happens to devices: each body but the last one's holds the device as it is afterwards, so
 * that the tables can be made again. Field names are stored: they never change meaning.
 */
public final class DeviceFacts {
  private DeviceFacts() {}

  /**
   * @param hash of its secret
   */
  public static Fact created(Device device, Optional<String> hash) {
    return fact(device, "created", withSecret(device, hash, Optional.of(device.updatedAt())));
  }

  /**
   * Of one that was made before there was a log.
   *
   * @param secretSetAt empty: nobody noted it
   */
  public static Fact existed(Device device, Optional<String> hash, Optional<Instant> secretSetAt) {
    return fact(device, "created", withSecret(device, hash, secretSetAt));
  }

  private static ObjectNode withSecret(
      Device device, Optional<String> hash, Optional<Instant> setAt) {
    ObjectNode body = Json.object();
    body.set("device", node(device));
    hash.ifPresent(h -> {
      body.put("secret", LogFacts.digest(h));
      setAt.ifPresent(at -> body.put("secretMicros", micros(at)));
    });
    return body;
  }

  /** Named by its new status when that changed. */
  public static Fact changed(Device before, Device after) {
    ObjectNode body = Json.object();
    body.set("device", node(after));
    body.set("changed", Json.nodeOfWords(changes(before, after)));
    String word = Json.word(after.status());
    return fact(after, before.status() == after.status() ? "updated" : word, body);
  }

  private static List<String> changes(Device before, Device after) {
    Stream<String> fields =
        Stream.of(
                before.product().equals(after.product()) ? "" : "product",
                before.name().equals(after.name()) ? "" : "name",
                before.status() == after.status() ? "" : "status",
                before.tags().equals(after.tags()) ? "" : "tags",
                before.gateway().equals(after.gateway()) ? "" : "gateway",
                before.location().equals(after.location()) ? "" : "location",
                before.group().equals(after.group()) ? "" : "group")
            .filter(name -> !name.isEmpty());
    Stream<String> details =
        Stream.of(Detail.values())
            .filter(d -> !Objects.equals(before.details().get(d), after.details().get(d)))
            .map(Detail::word);
    return Stream.concat(fields, details).toList();
  }

  /**
   * @param hash of its new secret
   */
  public static Fact secretChanged(Device device, String hash) {
    return fact(
        device,
        "secret-changed",
        withSecret(device, Optional.of(hash), Optional.of(device.updatedAt())));
  }

  public static Fact secretTaken(Device device) {
    ObjectNode body = Json.object();
    body.set("device", node(device));
    return fact(device, "secret-taken", body);
  }

  public static Fact deleted(DeviceId id) {
    return new Fact(Subject.device(id), "device.deleted", "{}");
  }

  private static Fact fact(Device device, String what, ObjectNode body) {
    return new Fact(Subject.device(device.id()), "device." + what, body.toString());
  }

  private static ObjectNode node(Device device) {
    ObjectNode node = Json.object();
    node.put("id", device.id().value())
        .put("product", device.product())
        .put("name", device.name())
        .put("status", device.status().name());
    node.set("tags", Json.nodeOf(device.tags()));
    device.gateway().ifPresent(id -> node.put("gateway", id.value()));
    device.location().ifPresent(place -> node.put("lat", place.lat()).put("lon", place.lon()));
    device.group().ifPresent(group -> node.put("group", group.value()));
    if (!device.details().isEmpty()) {
      node.set("details", Json.nodeOfDetails(device.details()));
    }
    return node.put("createdMicros", micros(device.createdAt()))
        .put("updatedMicros", micros(device.updatedAt()))
        .put("version", device.version());
  }

  /** The device as it was after the event; empty when it was gone. */
  public static Optional<Device> device(String body) {
    JsonNode node = Json.read(body).path("device");
    return node.isObject() ? Optional.of(device(node)) : Optional.empty();
  }

  private static Device device(JsonNode node) {
    Optional<Location> location =
        node.has("lat")
            ? Optional.of(new Location(node.path("lat").asDouble(), node.path("lon").asDouble()))
            : Optional.empty();
    return new Device(
        new DeviceId(node.path("id").asString()),
        node.path("product").asString(),
        node.path("name").asString(),
        Device.Status.valueOf(node.path("status").asString()),
        Json.toTags(node.path("tags")),
        Json.text(node, "gateway").map(DeviceId::new),
        location,
        Json.text(node, "group").map(GroupId::new),
        Json.toDetails(node.path("details")),
        instant(node.path("createdMicros").asLong()),
        instant(node.path("updatedMicros").asLong()),
        node.path("version").asLong());
  }

  /** {@link LogFacts#digest} of the hash that the event gave it. */
  public static Optional<String> secretDigest(String body) {
    return Json.text(Json.read(body), "secret");
  }

  /** When the event gave it a secret; empty in events of before that was noted. */
  public static Optional<Instant> secretSetAt(String body) {
    JsonNode node = Json.read(body);
    return node.has("secretMicros")
        ? Optional.of(instant(node.path("secretMicros").asLong()))
        : Optional.empty();
  }

  private static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
