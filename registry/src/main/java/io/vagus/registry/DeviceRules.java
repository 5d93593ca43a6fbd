package io.vagus.registry;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.Detail;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.registry.Registry.DevicePatch;
import io.vagus.registry.Registry.NewDevice;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which devices may be, and how one changes. A gateway is any device that others name; it is behind
 * none itself, so that a message takes at most one hop and no circle can be.
 */
public final class DeviceRules {
  private DeviceRules() {}

  /** What can be said of each before the others are looked at. */
  public static void requireStorable(List<NewDevice> devices) {
    for (NewDevice device : devices) {
      Rules.requireText("name", device.name(), Rules.MAX_NAME_CHARS);
      Rules.requireTags(device.tags(), Rules.MAX_TAGS);
      Rules.requireDetails(device.details());
      device.secret().ifPresent(secret -> requireNotIts(device.id(), secret));
    }
  }

  /** Its id is the first thing that anybody tries. */
  public static void requireNotIts(DeviceId id, Secret secret) {
    if (secret instanceof Secret.Chosen chosen) {
      WeakSecrets.why(chosen.text(), id.value())
          .ifPresent(why -> {
            throw Rules.invalid("secret: " + why);
          });
    }
  }

  /**
   * That each new device has a product, a name of its own, and a gateway that exists or stands in
   * an earlier line; the message names the line.
   */
  public static void requirePlaceable(DeviceLookup lookup, List<NewDevice> devices) {
    Map<DeviceId, NewDevice> earlier = HashMap.newHashMap(devices.size());
    for (int i = 0; i < devices.size(); i++) {
      NewDevice device = devices.get(i);
      String line = devices.size() == 1 ? "" : "line " + (i + 1) + ": ";
      requireNew(lookup, device, earlier.containsKey(device.id()), line);
      lookup.catalogue().tags().require(device.tags(), Map.of(), line);
      device
          .group()
          .ifPresent(group -> GroupRules.requireStatic(lookup.groups(), line + "group", group));
      device.gateway().ifPresent(gateway -> requireBehind(lookup, earlier, device, line));
      earlier.put(device.id(), device);
    }
  }

  private static void requireBehind(
      DeviceLookup lookup, Map<DeviceId, NewDevice> earlier, NewDevice device, String line) {
    DeviceId gateway = device.gateway().orElseThrow();
    Optional<NewDevice> inEarlierLine = Optional.ofNullable(earlier.get(gateway));
    Optional<Device> known =
        inEarlierLine.isPresent() ? Optional.empty() : Optional.of(require(lookup, gateway, line));
    Optional<DeviceId> beyond =
        inEarlierLine.flatMap(NewDevice::gateway).or(() -> known.flatMap(Device::gateway));
    requireLastHop(device.id(), gateway, beyond, line);
    Optional<GroupId> group =
        inEarlierLine.flatMap(NewDevice::group).or(() -> known.flatMap(Device::group));
    GroupRules.requireSameOrganisation(lookup.groups(), device.group(), group, line);
  }

  private static void requireNew(
      DeviceLookup lookup, NewDevice device, boolean twice, String line) {
    requireProduct(lookup, device.product(), line);
    if (lookup.catalogue().applications().containsKey(device.id().value())) {
      throw Rules.conflict(line + "device: \"" + device.id() + "\" is the name of an application");
    }
    if (twice) {
      throw Rules.conflict(line + "device: \"" + device.id() + "\" comes twice");
    }
    if (lookup.device(device.id()).isPresent()) {
      throw Rules.conflict(line + "device: \"" + device.id() + "\" exists already");
    }
  }

  private static Device require(DeviceLookup lookup, DeviceId gateway, String line) {
    return lookup
        .device(gateway)
        .orElseThrow(() ->
            Rules.invalid(line + "gateway: \"" + gateway + "\" (expected: a device that exists)"));
  }

  private static void requireLastHop(
      DeviceId device, DeviceId gateway, Optional<DeviceId> beyond, String line) {
    if (gateway.equals(device)) {
      throw Rules.invalid(line + "gateway: \"" + gateway + "\" (expected: another device)");
    }
    if (beyond.isPresent()) {
      throw Rules.invalid(
          "%sgateway: \"%s\" is behind \"%s\" (expected: a device that is behind none)"
              .formatted(line, gateway, beyond.get()));
    }
  }

  private static void requireProduct(DeviceLookup lookup, String product, String line) {
    if (lookup.catalogue().model(product).isEmpty()) {
      throw Rules.invalid(line + "product: \"" + product + "\" (expected: a product that exists)");
    }
  }

  /**
   * The device with the patch on it: the same object when that changes nothing.
   *
   * @param ifVersion refused with PRECONDITION_FAILED when the device has another version by now
   */
  public static Device patched(
      DeviceLookup lookup, DeviceId id, DevicePatch patch, OptionalLong ifVersion, Instant now) {
    Device before = existing(lookup, id);
    if (ifVersion.isPresent() && ifVersion.getAsLong() != before.version()) {
      throw new VagusException(
          ErrorCode.PRECONDITION_FAILED,
          "version: " + ifVersion.getAsLong() + " (expected: " + before.version() + ")");
    }
    patch.name().ifPresent(name -> Rules.requireText("name", name, Rules.MAX_NAME_CHARS));
    patch
        .tags()
        .ifPresent(tags -> {
          Rules.requireTags(tags, Rules.MAX_TAGS);
          lookup.catalogue().tags().require(tags, before.tags(), "");
        });
    Device after = with(before, patch);
    Rules.requireDetails(after.details());
    requireProduct(lookup, after.product(), "");
    requireStep(before, after);
    if (!after.gateway().equals(before.gateway())) {
      after.gateway().ifPresent(gateway -> requireMovable(lookup, id, gateway));
    }
    if (!after.group().equals(before.group())) {
      GroupRules.requireMovable(lookup, before, after);
    }
    after
        .gateway()
        .flatMap(lookup::device)
        .ifPresent(gateway ->
            GroupRules.requireSameOrganisation(
                lookup.groups(), after.group(), gateway.group(), ""));
    return after.equals(before) ? before : touched(after, now);
  }

  private static void requireStep(Device before, Device after) {
    if (before.status() != after.status() && !before.status().next().contains(after.status())) {
      throw Rules.conflict(
          "status: %s (expected: one of %s, from %s)"
              .formatted(after.status(), before.status().next(), before.status()));
    }
  }

  private static void requireMovable(DeviceLookup lookup, DeviceId id, DeviceId gateway) {
    requireLastHop(id, gateway, require(lookup, gateway, "").gateway(), "");
    lookup
        .anyBehind(id)
        .ifPresent(behind -> {
          throw Rules.invalid(
              "gateway: \"%s\" (expected: none, since \"%s\" is behind \"%s\")"
                  .formatted(gateway, behind, id));
        });
  }

  private static Device with(Device device, DevicePatch patch) {
    return new Device(
        device.id(),
        patch.product().orElse(device.product()),
        patch.name().orElse(device.name()),
        patch.status().orElse(device.status()),
        patch.tags().orElse(device.tags()),
        patch.gateway().on(device.gateway()),
        patch.location().on(device.location()),
        patch.group().on(device.group()),
        details(device.details(), patch.details()),
        device.createdAt(),
        device.updatedAt(),
        device.version());
  }

  private static Map<Detail, String> details(
      Map<Detail, String> before, Map<Detail, Optional<String>> edits) {
    Map<Detail, String> after = new HashMap<>(before);
    edits.forEach((detail, value) ->
        value.ifPresentOrElse(v -> after.put(detail, v), () -> after.remove(detail)));
    return after;
  }

  /** The next version of a device. */
  public static Device touched(Device device, Instant now) {
    return touched(device, device.status(), now);
  }

  private static Device touched(Device device, Device.Status status, Instant now) {
    return new Device(
        device.id(),
        device.product(),
        device.name(),
        status,
        device.tags(),
        device.gateway(),
        device.location(),
        device.group(),
        device.details(),
        device.createdAt(),
        now,
        device.version() + 1);
  }

  /** The device with a new secret: provisioned by it when it was only registered. */
  public static Device provisioned(Device device, Instant now) {
    if (!device.status().hasCredentials()) {
      throw Rules.conflict(
          "secret: the device is %s (expected: one of %s first)"
              .formatted(device.status(), device.status().next()));
    }
    boolean first = device.status() == Device.Status.REGISTERED;
    return touched(device, first ? Device.Status.PROVISIONED : device.status(), now);
  }

  /** The device that was heard, when that makes it active. */
  public static Optional<Device> activated(Device device, Instant now) {
    return switch (device.status()) {
      case REGISTERED, PROVISIONED -> Optional.of(touched(device, Device.Status.ACTIVE, now));
      case ACTIVE, SUSPENDED, QUARANTINED, IN_TRANSFER, RETURNED, RETIRED -> Optional.empty();
    };
  }

  /** A new device as it is stored first. */
  public static Device born(NewDevice device, Instant now) {
    return new Device(
        device.id(),
        device.product(),
        device.name(),
        device.secret().isPresent() ? Device.Status.PROVISIONED : Device.Status.REGISTERED,
        device.tags(),
        device.gateway(),
        device.location(),
        device.group(),
        device.details(),
        now,
        now,
        1);
  }

  public static Device existing(DeviceLookup lookup, DeviceId id) {
    return lookup
        .device(id)
        .orElseThrow(() -> Rules.notFound("device: \"" + id + "\" does not exist"));
  }

  /** The device that may be deleted: none is behind it. */
  public static Device deletable(DeviceLookup lookup, DeviceId id) {
    Device device = existing(lookup, id);
    lookup
        .anyBehind(id)
        .ifPresent(behind -> {
          throw Rules.conflict(
              "device: \"" + id + "\" is the gateway of others, \"" + behind + "\" is one");
        });
    return device;
  }

  /** A product that exists and that no device has. */
  public static void requireUnused(DeviceLookup lookup, String product) {
    if (lookup.catalogue().model(product).isEmpty()) {
      throw Rules.notFound("product: \"" + product + "\" does not exist");
    }
    lookup
        .anyOf(product)
        .ifPresent(user -> {
          throw Rules.conflict("product: \"" + product + "\" has devices, \"" + user + "\" is one");
        });
  }

  /** A name that no device has. */
  public static void requireNoDevice(DeviceLookup lookup, String application) {
    if (DeviceId.isValid(application) && lookup.device(new DeviceId(application)).isPresent()) {
      throw Rules.conflict("application: \"" + application + "\" is the name of a device");
    }
  }

  /** What a filter's text is looked for in; a filter's text has no line break. */
  public static String searchText(DeviceId id, String name) {
    return (id.value() + "\n" + name).toLowerCase(Locale.ROOT);
  }
}
