package io.vagus.api;

import io.vagus.api.InventoryItem.Firmware;
import io.vagus.api.InventoryItem.LastContact;
import io.vagus.api.Standings.Sync;
import io.vagus.model.Device;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;

/** Devices counted by what the inventory says of them. Confined to one call. */
final class InventoryReport {
  /** Versions and revisions that are named of a product; devices say them, so there is an end. */
  private static final int NAMED = 50;

  /** Some devices, counted. */
  private static final class Counts {
    private int devices;
    private final Map<Sync, Integer> sync = new EnumMap<>(Sync.class);
    private final Map<Firmware, Integer> judged = new EnumMap<>(Firmware.class);
    private final Map<String, Integer> firmware = new HashMap<>();
    private final Map<String, Integer> hardware = new HashMap<>();

    void add(InventoryItem item) {
      devices++;
      sync.merge(item.standing().sync(), 1, Integer::sum);
      judged.merge(item.judged(), 1, Integer::sum);
      firmware.merge(item.firmware(), 1, Integer::sum);
      hardware.merge(item.hardware(), 1, Integer::sum);
    }
  }

  private final Counts all = new Counts();
  private final Map<String, Counts> products = new TreeMap<>();
  private final Map<Device.Status, Integer> lifecycle = new EnumMap<>(Device.Status.class);
  private final Map<LastContact, Integer> contact = new EnumMap<>(LastContact.class);
  private int connected;
  private int silent;

  void add(InventoryItem item) {
    all.add(item);
    products.computeIfAbsent(item.device().product(), id -> new Counts()).add(item);
    lifecycle.merge(item.device().status(), 1, Integer::sum);
    contact.merge(item.last(), 1, Integer::sum);
    connected += item.contact().connected() ? 1 : 0;
    silent += item.isSilent() ? 1 : 0;
  }

  void write(JsonGenerator out, long nowMicros) {
    out.writeStringProperty("time", Shape.time(nowMicros));
    out.writeNumberProperty("connected", connected);
    out.writeNumberProperty("silent", silent);
    words(out, "lifecycle", Device.Status.values(), lifecycle);
    words(out, "lastContact", LastContact.values(), contact);
    write(out, all);
    Shape.items(
        out,
        "products",
        products.entrySet(),
        (o, product) -> {
          o.writeStringProperty("product", product.getKey());
          write(o, product.getValue());
          versions(o, "firmware", "version", product.getValue().firmware);
          versions(o, "hardware", "revision", product.getValue().hardware);
        });
  }

  private static <E extends Enum<E>> void words(
      JsonGenerator out, String name, E[] values, Map<E, Integer> counts) {
    out.writeObjectPropertyStart(name);
    for (E value : values) {
      out.writeNumberProperty(Shape.camel(value), counts.getOrDefault(value, 0));
    }
    out.writeEndObject();
  }

  private static void write(JsonGenerator out, Counts counts) {
    out.writeNumberProperty("devices", counts.devices);
    words(out, "desired", Sync.values(), counts.sync);
    share(
        out,
        "followShare",
        counts.sync.getOrDefault(Sync.FOLLOWS, 0),
        counts.devices - counts.sync.getOrDefault(Sync.NOTHING_DESIRED, 0));
    words(out, "wantedFirmware", Firmware.values(), counts.judged);
    share(
        out,
        "firmwareShare",
        counts.judged.getOrDefault(Firmware.AS_WANTED, 0),
        counts.devices - counts.judged.getOrDefault(Firmware.NONE_WANTED, 0));
  }

  /** Of those of whom something is wanted; without any there is no share. */
  private static void share(JsonGenerator out, String name, int part, int whole) {
    if (whole > 0) {
      Shape.number(out, name, Math.rint(10_000.0 * part / whole) / 10_000);
    }
  }

  /** The most frequent first; what is not known has no name. */
  private static void versions(
      JsonGenerator out, String name, String word, Map<String, Integer> counts) {
    List<Map.Entry<String, Integer>> most =
        counts.entrySet().stream()
            .sorted(
                Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .toList();
    Shape.items(
        out,
        name,
        most.subList(0, Math.min(NAMED, most.size())),
        (o, entry) -> {
          if (!entry.getKey().isEmpty()) {
            o.writeStringProperty(word, entry.getKey());
          }
          o.writeNumberProperty("devices", entry.getValue());
        });
    out.writeNumberProperty(name + "Others", Math.max(0, most.size() - NAMED));
  }
}
