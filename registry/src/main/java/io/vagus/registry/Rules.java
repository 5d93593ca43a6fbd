package io.vagus.registry;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import io.vagus.model.ProductModel;
import io.vagus.registry.Registry.DevicePatch;
import io.vagus.registry.Registry.Grant;
import io.vagus.registry.Registry.NewDevice;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** What every engine of the registry takes and refuses, and how it says so. */
public final class Rules {
  public static final int MAX_PAGE = 1000;
  static final int MIN_SECRET_BYTES = 8;
  static final int MAX_SECRET_BYTES = 256;
  static final int MAX_NAME_CHARS = 256;
  static final int MAX_HOLDER_CHARS = 128;
  private static final int MAX_TAGS = 64;
  private static final int MAX_FILTER_TAGS = 8;
  private static final int MAX_TAG_NAME_CHARS = 256;
  private static final int MAX_TAG_VALUE_CHARS = 256;
  private static final int MAX_GRANTS = 1000;
  private static final int MAX_TOPIC_BYTES = 65_535;
  private static final int MAX_ANSWER_KEY_CHARS = 256;
  private static final String CURSOR_FORMAT = "d1 ";

  private Rules() {}

  /** Every text of a model, so that each engine can hold it. */
  public static void requireStorable(ProductModel model) {
    requireText("name", model.name(), MAX_NAME_CHARS);
    model
        .metrics()
        .forEach((name, metric) -> {
          requireText("metrics." + name, name, MAX_NAME_CHARS);
          requireText("metrics." + name + ".unit", metric.unit(), MAX_NAME_CHARS);
          if (!name.equals(metric.name())) {
            throw invalid(
                "metrics." + name + ": \"" + metric.name() + "\" (expected: the same name)");
          }
        });
  }

  public static void requireStorable(NewDevice device) {
    requireText("name", device.name(), MAX_NAME_CHARS);
    requireTags(device.tags(), MAX_TAGS);
    device.secret().ifPresent(Rules::requireSecret);
  }

  /** The same id twice in one call; the message names the later line. */
  public static void requireDistinct(List<NewDevice> devices) {
    Set<DeviceId> seen = HashSet.newHashSet(devices.size());
    for (int i = 0; i < devices.size(); i++) {
      if (!seen.add(devices.get(i).id())) {
        throw conflict(line(devices, i) + "device: \"" + devices.get(i).id() + "\" comes twice");
      }
    }
  }

  /** That products exist and no application has the name; the message names the line. */
  public static void requirePlaceable(Catalogue catalogue, List<NewDevice> devices) {
    for (int i = 0; i < devices.size(); i++) {
      NewDevice device = devices.get(i);
      if (catalogue.model(device.product()).isEmpty()) {
        throw unknownProduct(line(devices, i), device.product());
      }
      if (catalogue.applications().containsKey(device.id().value())) {
        throw conflict(
            line(devices, i) + "device: \"" + device.id() + "\" is the name of an application");
      }
    }
  }

  /** What a message about one of several begins with. */
  public static String line(List<NewDevice> devices, int index) {
    return devices.size() == 1 ? "" : "line " + (index + 1) + ": ";
  }

  /** 8 to 256 bytes of UTF-8; the message never holds it. */
  public static void requireSecret(String secret) {
    int bytes = secret.getBytes(StandardCharsets.UTF_8).length;
    if (bytes < MIN_SECRET_BYTES || bytes > MAX_SECRET_BYTES) {
      throw invalid("secret: " + bytes + " bytes (expected: 8 to 256)");
    }
  }

  public static void requireFilter(Registry.DeviceFilter filter) {
    filter.text().ifPresent(t -> requireText("text", t, MAX_NAME_CHARS));
    requireTags(filter.tags(), MAX_FILTER_TAGS);
  }

  public static void requireLimit(int limit) {
    if (limit < 1 || limit > MAX_PAGE) {
      throw invalid("limit: " + limit + " (expected: 1 to " + MAX_PAGE + ")");
    }
  }

  /**
   * @param grants topic filters as MQTT 5.0 §4.7 has them
   */
  public static void requireApplication(String name, Optional<String> secret, List<Grant> grants) {
    requireText("application", name, MAX_HOLDER_CHARS);
    if (name.isBlank()) {
      throw invalid("application: \"" + name + "\" (expected: 1 to 128 characters)");
    }
    secret.ifPresent(Rules::requireSecret);
    if (grants.size() > MAX_GRANTS) {
      throw invalid("grants: " + grants.size() + " (expected: <= " + MAX_GRANTS + ")");
    }
    grants.forEach(grant -> requireTopicFilter(grant.filter()));
  }

  private static void requireTopicFilter(String filter) {
    requireText("filter", filter, MAX_TOPIC_BYTES);
    String[] levels = filter.split("/", -1);
    for (int i = 0; i < levels.length; i++) {
      boolean manyAtEnd = levels[i].equals("#") && i == levels.length - 1;
      boolean plain = levels[i].indexOf('#') < 0 && levels[i].indexOf('+') < 0;
      if (filter.isEmpty() || !(manyAtEnd || plain || levels[i].equals("+"))) {
        throw invalid("filter: \"" + filter + "\" (expected: a topic filter, MQTT 5.0 §4.7)");
      }
    }
  }

  public static void requireAnswerKey(String key) {
    requireText("idempotencyKey", key, MAX_ANSWER_KEY_CHARS);
  }

  private static void requireTags(Map<String, String> tags, int max) {
    if (tags.size() > max) {
      throw invalid("tags: " + tags.size() + " (expected: <= " + max + ")");
    }
    tags.forEach((name, value) -> {
      if (name.isEmpty()) {
        throw invalid("tags: \"\" (expected: a name of 1 to 256 characters)");
      }
      requireText("tags", name, MAX_TAG_NAME_CHARS);
      requireText("tags." + name, value, MAX_TAG_VALUE_CHARS);
    });
  }

  /** Without control characters or half surrogates, which not every engine gives back. */
  private static void requireText(String field, String text, int maxChars) {
    if (text.length() > maxChars) {
      throw invalid(field + ": " + text.length() + " characters (expected: <= " + maxChars + ")");
    }
    if (text.codePoints().anyMatch(c -> Character.isISOControl(c) || isHalf(c))) {
      throw invalid(field + ": has a control character (expected: printable text)");
    }
  }

  private static boolean isHalf(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  /** The device with the patch on it: the same object when that changes nothing. */
  public static Device patched(
      Device device, DevicePatch patch, OptionalLong ifVersion, Instant now) {
    if (ifVersion.isPresent() && ifVersion.getAsLong() != device.version()) {
      throw new VagusException(
          ErrorCode.PRECONDITION_FAILED,
          "version: " + ifVersion.getAsLong() + " (expected: " + device.version() + ")");
    }
    patch.name().ifPresent(name -> requireText("name", name, MAX_NAME_CHARS));
    patch.tags().ifPresent(tags -> requireTags(tags, MAX_TAGS));
    Device changed =
        new Device(
            device.id(),
            patch.product().orElse(device.product()),
            patch.name().orElse(device.name()),
            patch.status().orElse(device.status()),
            patch.tags().orElse(device.tags()),
            device.createdAt(),
            device.updatedAt(),
            device.version());
    return changed.equals(device) ? device : touched(changed, now);
  }

  /** The next version of a device. */
  public static Device touched(Device device, Instant now) {
    return new Device(
        device.id(),
        device.product(),
        device.name(),
        device.status(),
        device.tags(),
        device.createdAt(),
        now,
        device.version() + 1);
  }

  /** A new device as it is stored first. */
  public static Device born(NewDevice device, Instant now) {
    return new Device(
        device.id(),
        device.product(),
        device.name(),
        Device.Status.ACTIVE,
        device.tags(),
        now,
        now,
        1);
  }

  /** What a filter's text is looked for in; a filter's text has no line break. */
  public static String searchText(DeviceId id, String name) {
    return (id.value() + "\n" + name).toLowerCase(Locale.ROOT);
  }

  /**
   * The page that begins a list.
   *
   * @param found one more than {@code limit} when there is a next page
   */
  public static Page<Device> page(List<Device> found, int limit) {
    return found.size() <= limit
        ? new Page<>(found, Optional.empty())
        : new Page<>(found.subList(0, limit), Optional.of(cursorAfter(found.get(limit - 1).id())));
  }

  private static String cursorAfter(DeviceId last) {
    byte[] bytes = (CURSOR_FORMAT + last.value()).getBytes(StandardCharsets.UTF_8);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** The last device of the page that gave the cursor; anything else is an INVALID_REQUEST. */
  public static DeviceId cursorDevice(String cursor) {
    try {
      String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
      if (text.startsWith(CURSOR_FORMAT)) {
        return new DeviceId(text.substring(CURSOR_FORMAT.length()));
      }
      throw new IllegalArgumentException("format");
    } catch (IllegalArgumentException e) {
      throw new VagusException(
          ErrorCode.INVALID_REQUEST, "cursor: not one that this list gave (expected: its next)", e);
    }
  }

  public static VagusException unknownProduct(String prefix, String product) {
    return invalid(prefix + "product: \"" + product + "\" (expected: a product that exists)");
  }

  public static VagusException taken(String prefix, DeviceId id) {
    return conflict(prefix + "device: \"" + id + "\" exists already");
  }

  public static VagusException takenByDevice(String application) {
    return conflict("application: \"" + application + "\" is the name of a device");
  }

  public static VagusException productInUse(String product, DeviceId user) {
    return conflict("product: \"" + product + "\" has devices, \"" + user + "\" is one");
  }

  public static void requireProduct(Catalogue catalogue, String product) {
    if (catalogue.model(product).isEmpty()) {
      throw notFound("product: \"" + product + "\" does not exist");
    }
  }

  public static void requireApplicationExists(Catalogue catalogue, String name) {
    if (!catalogue.applications().containsKey(name)) {
      throw notFound("application: \"" + name + "\" does not exist");
    }
  }

  public static VagusException noDevice(DeviceId id) {
    return notFound("device: \"" + id + "\" does not exist");
  }

  static VagusException invalid(String message) {
    return new VagusException(ErrorCode.INVALID_REQUEST, message);
  }

  static VagusException conflict(String message) {
    return new VagusException(ErrorCode.CONFLICT, message);
  }

  static VagusException notFound(String message) {
    return new VagusException(ErrorCode.NOT_FOUND, message);
  }
}
