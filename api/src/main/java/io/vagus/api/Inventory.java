package io.vagus.api;

import io.vagus.api.InventoryItem.LastContact;
import io.vagus.kit.WallClock;
import io.vagus.model.Detail;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import io.vagus.model.Reading;
import io.vagus.registry.Paging;
import io.vagus.registry.Registry.DeviceFilter;
import io.vagus.series.LatestReadings;
import io.vagus.watch.Contact;
import io.vagus.watch.Watch;
import io.vagus.wire.JsonText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What devices there are and how they are: the registry gone through, with what memory holds of
 * each. Thread-safe.
 */
final class Inventory {
  private static final int PAGE = 1000;

  /** What a device says it runs (decision 0050), and the field of its desired state. */
  private static final String SAID = "health.firmware";

  private static final String WANTED = "/firmware";

  private final Watch watch;
  private final LatestReadings latest;
  private final Standings standings;
  private final WallClock wall;

  /** Takes what is found, one by one. */
  interface Sink {
    void take(InventoryItem item) throws IOException;
  }

  Inventory(ApiParts parts) {
    this.watch = parts.watch();
    this.latest = parts.latest();
    this.standings = new Standings(parts);
    this.wall = parts.wallClock();
  }

  long nowMicros() {
    return wall.micros();
  }

  /** All of them, in order of id. */
  void each(Sight sight, DeviceFilter filter, Predicate<InventoryItem> wanted, Sink sink)
      throws IOException {
    Optional<String> cursor = Optional.empty();
    do {
      Page<Device> page = sight.devices(filter, cursor, PAGE);
      for (Device device : page.items()) {
        InventoryItem item = item(device);
        if (wanted.test(item)) {
          sink.take(item);
        }
      }
      cursor = page.next();
    } while (cursor.isPresent());
  }

  Page<InventoryItem> page(
      Sight sight,
      DeviceFilter filter,
      Predicate<InventoryItem> wanted,
      Optional<String> cursor,
      int limit) {
    List<InventoryItem> found = new ArrayList<>();
    Optional<String> next = cursor;
    do {
      Page<Device> page = sight.devices(filter, next, PAGE);
      page.items().stream().map(this::item).filter(wanted).limit(limit + 1L).forEach(found::add);
      next = page.next();
    } while (next.isPresent() && found.size() <= limit);
    return Paging.pageOf(
        found.subList(0, Math.min(found.size(), limit + 1)), limit, item -> item.device().id());
  }

  private InventoryItem item(Device device) {
    Contact contact = watch.contact(device.id());
    Standings.Standing standing = standings.of(device.id());
    return new InventoryItem(
        device,
        said(device.id()).orElse(device.details().getOrDefault(Detail.FIRMWARE_VERSION, "")),
        text(standing.desired().fields().get(WANTED)),
        standing,
        contact,
        LastContact.of(contact, wall.micros()));
  }

  private Optional<String> said(DeviceId device) {
    for (Reading reading : latest.of(device)) {
      if (reading.metric().equals(SAID)) {
        return Optional.ofNullable(reading.text()).filter(text -> !text.isEmpty());
      }
    }
    return Optional.empty();
  }

  /** Of a field that is a text. */
  private static String text(@Nullable String json) {
    return json != null
            && JsonText.parse(json.getBytes(StandardCharsets.UTF_8)) instanceof String version
        ? version
        : "";
  }
}
