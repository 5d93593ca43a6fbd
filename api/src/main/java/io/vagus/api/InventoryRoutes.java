package io.vagus.api;

import io.vagus.api.InventoryItem.Firmware;
import io.vagus.api.InventoryItem.LastContact;
import io.vagus.api.Standings.Sync;
import io.vagus.model.GroupId;
import io.vagus.registry.Registry.DeviceFilter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.core.JsonGenerator;

/** What devices there are, what runs on them, who follows, who was heard last when. Thread-safe. */
final class InventoryRoutes {
  private static final String ALL = "/api/v1/inventory";
  private static final String HEADER =
      "device,product,group,status,hardwareRevision,firmware,wantedFirmware,desired,behindSince,"
          + "connected,silent,lastContact\r\n";

  private enum Format {
    JSON,
    CSV
  }

  /** What is not known of a device. */
  private enum Unknown {
    FIRMWARE,
    HARDWARE
  }

  private final Inventory inventory;

  InventoryRoutes(ApiParts parts) {
    this.inventory = new Inventory(parts);
  }

  List<Route> routes() {
    Set<String> reportQuery = new HashSet<>(DeviceShape.FILTER);
    reportQuery.add("unknown");
    Set<String> listQuery = new HashSet<>(reportQuery);
    listQuery.addAll(
        List.of("firmware", "wantedFirmware", "sync", "contact", "cursor", "limit", "format"));
    return List.of(
        Route.get(ALL, Set.copyOf(reportQuery), this::report),
        Route.get(ALL + "/devices", Set.copyOf(listQuery), this::devices));
  }

  private Reply report(Call call) throws IOException {
    InventoryReport report = new InventoryReport();
    DeviceFilter filter = DeviceShape.filter(call.query());
    inventory.each(call.sight(), filter, unknown(call.query()), report::add);
    return Reply.json(200, out -> report.write(out, inventory.nowMicros()));
  }

  private Reply devices(Call call) {
    DeviceFilter filter = DeviceShape.filter(call.query());
    Predicate<InventoryItem> wanted = unknown(call.query()).and(wanted(call.query()));
    return switch (call.query().choice("format", Shape.words(Format.class)).orElse(Format.JSON)) {
      case JSON ->
          Shape.page(
              inventory.page(
                  call.sight(),
                  filter,
                  wanted,
                  call.query().string("cursor"),
                  call.query().integer("limit", 100, 1, 1000)),
              InventoryRoutes::write);
      case CSV -> csv(call.sight(), filter, wanted);
    };
  }

  private static Predicate<InventoryItem> unknown(Query query) {
    Optional<Unknown> unknown = query.choice("unknown", Shape.words(Unknown.class));
    return item ->
        unknown.isEmpty()
            || switch (unknown.get()) {
              case FIRMWARE -> item.firmware().isEmpty();
              case HARDWARE -> item.hardware().isEmpty();
            };
  }

  private static Predicate<InventoryItem> wanted(Query query) {
    Optional<String> firmware = query.string("firmware");
    Optional<Firmware> judged = query.choice("wantedFirmware", Shape.words(Firmware.class));
    Optional<Sync> sync = query.choice("sync", Shape.words(Sync.class));
    Optional<LastContact> last = query.choice("contact", Shape.words(LastContact.class));
    return item ->
        (firmware.isEmpty() || firmware.get().equals(item.firmware()))
            && (judged.isEmpty() || judged.get() == item.judged())
            && (sync.isEmpty() || sync.get() == item.standing().sync())
            && (last.isEmpty() || last.get() == item.last());
  }

  private static void write(JsonGenerator out, InventoryItem item) {
    out.writeStringProperty("device", item.device().id().value());
    out.writeStringProperty("product", item.device().product());
    text(out, "group", item.device().group().map(GroupId::value).orElse(""));
    out.writeStringProperty("status", Shape.word(item.device().status()));
    text(out, "hardwareRevision", item.hardware());
    text(out, "firmware", item.firmware());
    text(out, "wantedFirmware", item.wanted());
    out.writeStringProperty("sync", Shape.word(item.standing().sync()));
    text(out, "behindSince", behindSince(item));
    out.writeBooleanProperty("connected", item.contact().connected());
    out.writeBooleanProperty("silent", item.isSilent());
    text(out, "lastContact", lastContact(item));
  }

  private static void text(JsonGenerator out, String name, String value) {
    if (!value.isEmpty()) {
      out.writeStringProperty(name, value);
    }
  }

  private static String behindSince(InventoryItem item) {
    long since = item.standing().behindMicros();
    return since > 0 ? Shape.time(since) : "";
  }

  private static String lastContact(InventoryItem item) {
    return item.contact().lastSeenMicros().isPresent()
        ? Shape.time(item.contact().lastSeenMicros().getAsLong())
        : "";
  }

  private Reply csv(Sight sight, DeviceFilter filter, Predicate<InventoryItem> wanted) {
    return Reply.stream(
            "text/csv; charset=utf-8; header=present",
            out -> {
              out.write(HEADER.getBytes(StandardCharsets.US_ASCII));
              inventory.each(
                  sight,
                  filter,
                  wanted,
                  item -> out.write(line(item).getBytes(StandardCharsets.UTF_8)));
            })
        .with("Content-Disposition", "attachment; filename=\"inventory.csv\"");
  }

  private static String line(InventoryItem item) {
    return String.join(
            ",",
            item.device().id().value(),
            item.device().product(),
            item.device().group().map(GroupId::value).orElse(""),
            Shape.word(item.device().status()),
            DeviceCsv.cell(item.hardware()),
            DeviceCsv.cell(item.firmware()),
            DeviceCsv.cell(item.wanted()),
            Shape.word(item.standing().sync()),
            behindSince(item),
            Boolean.toString(item.contact().connected()),
            Boolean.toString(item.isSilent()),
            lastContact(item))
        + "\r\n";
  }
}
